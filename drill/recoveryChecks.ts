import { formatCount } from "./format";
import type { Check } from "./reportSchema";
import type { RecoveryResults, Verified } from "./results";

/** What site A held before the disaster, and what site B says afterwards. */
export interface Comparison {
  nonce: string;
  /** Verification of site A, before the writer began. */
  before: Verified;
  /** Newest WAL segment in the bucket after the disaster; undefined without one. */
  lastArchived: string | undefined;
  after: Partial<RecoveryResults>;
}

/** Fewest rows in `experiments` that a drill counts as real input. */
const LEAST_EXPERIMENTS = 200_000;
/** Fewest bytes of checkpoints. */
const LEAST_CHECKPOINT_BYTES = 64 * 1024 ** 2;

/** Compares what came back with what was there. The writer's own rows are the business of the loss. */
export function recoveryChecks({ nonce, before, lastArchived, after }: Comparison): Check[] {
  const { verification, database, models } = after;
  const counts = verification?.rowCounts;
  const tables = Object.keys(before.rowCounts ?? {}).filter((table) => table !== WRITTEN_TABLE);
  const differing = tables.filter((table) => counts?.[table] !== before.rowCounts?.[table]);
  const experiments = counts?.[WRITTEN_TABLE];
  const experimentsBefore = before.rowCounts?.[WRITTEN_TABLE] ?? 0;
  return [
    {
      name: "database came from the backup",
      expected: "restored",
      seen: database?.action,
      ok: database?.action === "restored",
    },
    {
      name: "WAL replayed",
      expected: `to ${lastArchived ?? "the last archived segment"}`,
      seen: database?.lastSegment === undefined ? undefined : `to ${database.lastSegment}`,
      ok: lastArchived !== undefined && database?.lastSegment === lastArchived,
    },
    {
      name: "checkpoints came from the backup",
      expected: "restored",
      seen: models?.action,
      ok: models?.action === "restored",
    },
    {
      name: "nonce in database and checkpoint",
      expected: nonce,
      seen: verification?.nonce ?? undefined,
      ok: verification?.nonce === nonce,
    },
    {
      name: "checkpoint in use",
      expected: before.modelSha256?.slice(0, 16) ?? "the one of site A",
      seen: verification?.modelSha256?.slice(0, 16),
      ok: verification !== undefined && verification.modelSha256 === before.modelSha256,
    },
    {
      name: "size of the checkpoints",
      expected: `at least ${LEAST_CHECKPOINT_BYTES} bytes`,
      seen: models?.totalBytes === undefined ? undefined : `${models.totalBytes} bytes`,
      ok: (models?.totalBytes ?? 0) >= LEAST_CHECKPOINT_BYTES,
    },
    {
      name: "rows of experiments",
      expected: `at least ${formatCount(Math.max(experimentsBefore, LEAST_EXPERIMENTS))}`,
      seen: experiments === undefined ? undefined : formatCount(experiments),
      ok: experiments !== undefined && experiments >= Math.max(experimentsBefore, LEAST_EXPERIMENTS),
    },
    {
      name: "rows of all other tables",
      expected: `${tables.length} tables as before`,
      seen:
        counts === undefined
          ? undefined
          : differing.length === 0
            ? `${tables.length} tables as before`
            : `other counts in ${differing.join(", ")}`,
      ok: counts !== undefined && tables.length > 0 && differing.length === 0,
    },
    ...certificateCheck(before, verification),
    ...Object.entries(verification?.checks ?? {}).map(([name, seconds]) => ({
      name: `verification: ${name}`,
      expected: "holds",
      seen: `held after ${seconds} s`,
      ok: true,
    })),
  ];
}

const WRITTEN_TABLE = "experiments";

/** The certificate that was saved is in use: nothing was issued anew. None where site A is reached without one. */
function certificateCheck({ certificate }: Verified, after: Verified | undefined): Check[] {
  if (certificate === undefined) return [];
  const expected = certificate.serialNumber;
  const seen = after?.certificate?.serialNumber;
  return [{ name: "certificate of the application", expected, seen, ok: seen === expected }];
}
