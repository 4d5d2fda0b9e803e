import { formatBytes, formatDuration } from "../lib/format";
import { type DatabaseResult, passedOverText, sortingText } from "./restoredText";

/** What a plan of a restore in place says of itself. Anything may be missing. */
export interface PlanResult {
  action?: string;
  wanted?: string;
  head?: number;
  source?: number;
  base?: { label?: string; stoppedAt?: string; generation?: number };
  window?: string;
  repositoryBytes?: number;
  neededBytes?: number;
  roomBytes?: number;
  segments?: number;
  seconds?: number | null;
  heartbeatAt?: string | null;
  lossSeconds?: number | null;
  rebuilds?: string | null;
  kept?: Kept[];
  underWay?: string | null;
}

interface Kept {
  generation?: number;
  keptAt?: string;
  replacedBy?: number;
}

/** What the Job of a restore in place says of itself. Anything may be missing. */
export interface DatabaseOutcome extends Pick<
  DatabaseResult,
  "passedOver" | "rebuilt" | "collationsUnknown"
> {
  action?: string;
  generation?: number;
  label?: string;
  target?: string;
  lastCommit?: string | null;
  firstCommitAfter?: string | null;
  lastSegment?: string;
  heartbeatAt?: string;
  rowCounts?: Record<string, number>;
  former?: { generation?: number; lsn?: string; stoppedAt?: string };
  from?: { generation?: number; lsn?: string; stoppedAt?: string };
  setAside?: { generation?: number; servedFrom?: string; servedTo?: string; keptIn?: string };
}

const unknown = "unknown";

/** What would be done, what goes and what stops, before anything is touched. */
export function describePlan(plan: PlanResult | undefined): string {
  if (plan?.action !== "planned")
    return "what would be done is not known: the plan ended well and told no result; run it again\n";
  const bytes = (value: number | undefined): string => (value === undefined ? unknown : formatBytes(value));
  const { base, wanted = "", source, head } = plan;
  const way =
    wanted === "" || wanted.startsWith("set:")
      ? "to the end of its archive"
      : `to ${wanted}${source === head ? "" : `, which belongs to generation ${source ?? unknown}`}`;
  return `generation ${head ?? unknown} is replaced: base backup ${base?.label ?? unknown} (generation ${base?.generation ?? unknown}, ended ${base?.stoppedAt ?? unknown}), then ${plan.segments ?? "?"} segments of WAL ${way}
${plan.window ?? "what can be gone back to is not known"}
to fetch: ${bytes(plan.repositoryBytes)}; on the volume: ${bytes(plan.neededBytes)} needed beside the old database, ${bytes(plan.roomBytes)} free
time: ${plan.seconds === null || plan.seconds === undefined ? "not known, no restore was measured on this volume" : `about ${formatDuration(plan.seconds)} by the rates of the last restore here`}; dashboard, worker and database are stopped for as long, and the backups suspended
${plan.rebuilds === null || plan.rebuilds === undefined ? "" : `all indexes are rebuilt besides, before the database is served: ${plan.rebuilds}\n`}${lossLine(plan)}
what is kept for an undo: the database of generation ${head ?? unknown}${(plan.kept ?? []).map(keptText).join("")}
${plan.underWay === null || plan.underWay === undefined ? "" : `under way already: a replacement ${plan.underWay === "" ? "to the end of the archive" : `(${plan.underWay})`}, with which this goes on\n`}`;
}

function keptText({ generation, keptAt }: Kept): string {
  return `, and that of generation ${generation ?? unknown} since ${keptAt ?? unknown}`;
}

function lossLine({ wanted, lossSeconds, heartbeatAt }: PlanResult): string {
  const newest = `newest heartbeat ${heartbeatAt ?? "unknown, because the database does not answer"}`;
  if (wanted === "" || wanted?.startsWith("set:") === true)
    return `what goes: nothing that was committed, since everything is archived first (${newest})`;
  return lossSeconds === null || lossSeconds === undefined
    ? `what goes: what was written after the target; how much cannot be told before the replay (${newest})`
    : `what goes: what was written in the last ${formatDuration(lossSeconds)} (${newest}); an undo brings it back`;
}

/** What was done, for a person. @param before rows of the database that was served; null where it did not answer */
export function describeOutcome(
  outcome: DatabaseOutcome | undefined,
  { downSeconds, before }: { downSeconds: number | null; before: Record<string, number> | null },
): string {
  const down =
    downSeconds === null ? "" : `; dashboard and worker were away for ${formatDuration(downSeconds)}`;
  const rows = differences(before, outcome?.rowCounts);
  switch (outcome?.action) {
    case "restored": {
      const { generation, label, target, lastCommit, firstCommitAfter, former } = outcome;
      const reached =
        target === undefined
          ? `to the end of the archive (${outcome.lastSegment ?? unknown})`
          : `to ${target}: the last commit that came back is of ${lastCommit ?? unknown}, the first one that did not of ${firstCommitAfter ?? unknown}`;
      return `${passedOverText(outcome.passedOver)}database: restored from ${label ?? unknown} ${reached}; now generation ${generation ?? unknown}, newest heartbeat ${outcome.heartbeatAt ?? unknown}${down}
${sortingText(outcome)}${rows}the database of generation ${former?.generation ?? unknown}, which ended at ${former?.lsn ?? unknown} (${former?.stoppedAt ?? unknown}), is kept: npm run restore -- database --undo brings it back, --forget removes it
`;
    }
    case "undone": {
      const { generation, from, setAside } = outcome;
      return `database: that of generation ${from?.generation ?? unknown} is back as it was at ${from?.stoppedAt ?? unknown} (${from?.lsn ?? unknown}), as generation ${generation ?? unknown}${down}
${sortingText(outcome)}${rows}set aside: generation ${setAside?.generation ?? unknown}, which was served from ${setAside?.servedFrom ?? unknown} to ${setAside?.servedTo ?? unknown}: what was written in that time is not in this database; it is kept, and --undo brings it back in turn
`;
    }
    case "given up":
      return `the replacement was given up before its switch: generation ${generation(outcome)} is served again, as it was${down}\n`;
    default:
      return `database: what was done is not known; see the log of the Job replace-database${down}\n`;
  }
}

function generation({ generation: number }: DatabaseOutcome): string {
  return number === undefined ? unknown : String(number);
}

/** Tables with another number of rows than before. */
export function differences(
  before: Readonly<Record<string, number>> | null,
  after: Readonly<Record<string, number>> | undefined,
): string {
  if (before === null || after === undefined) return "";
  const tables = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const lines = tables.flatMap((table) => {
    const [had, has] = [before[table], after[table]];
    if (had === has) return [];
    return [
      `  ${table}: ${had ?? "was not there"}${had === undefined ? "" : " rows"} before, ${has === undefined ? "is not there" : `${has} rows`} now\n`,
    ];
  });
  return lines.length === 0
    ? "rows: as many in each table as before\n"
    : `rows that differ from the database that was served:\n${lines.join("")}`;
}
