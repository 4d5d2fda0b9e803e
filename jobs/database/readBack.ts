import { Failure } from "../../lib/failure";
import { type PgBackRest, PgBackRestTimeout } from "./pgbackrest";
import { isAtLeast, verifiesOneSet } from "./pgbackrestVersion";
import type { BaseBackup } from "./stanzaInfo";
import { damageOf } from "./verification";

/** What is left of a run after its backup was read: for the committed record. */
const MARGIN_MS = 60_000;

/**
 * Reads a backup back: from pgBackRest 2.55 on the set alone, with what it takes from others and the WAL that it needs.
 *
 * Below that the whole repository, for an incremental backup too. Those versions take `--set` and ignore it, and nothing else of
 * theirs reads the files of one backup: `repo-get` gives no file out of a bundle, a restore needs room for the whole database. A
 * backup that was not read back would not count.
 * @see https://github.com/pgbackrest/pgbackrest/issues/2419
 * @param endsAt when the run must have ended, at the latest
 * @returns what is damaged; nothing when all is well
 * @throws Failure when the whole repository cannot be read until then
 */
export async function readBack(
  pgBackRest: Pick<PgBackRest, "verify" | "version">,
  backup: Pick<BaseBackup, "label" | "references" | "walStart">,
  endsAt: Date,
  log: (line: string) => void,
): Promise<string[]> {
  const version = await pgBackRest.version();
  if (!isAtLeast(version, verifiesOneSet)) {
    log(`reading the whole repository: pgBackRest ${version.join(".")} cannot read one backup alone`);
    return readWhole(pgBackRest, version.join("."), backup, endsAt);
  }
  log(`reading backup ${backup.label} back`);
  // What the set takes from others is read, and counted as its own: they are not listed.
  return damageOf({ ...backup, references: [] }, await pgBackRest.verify(backup.label));
}

async function readWhole(
  pgBackRest: Pick<PgBackRest, "verify">,
  version: string,
  backup: Pick<BaseBackup, "label" | "references" | "walStart">,
  endsAt: Date,
): Promise<string[]> {
  const leftMs = Math.max(1000, endsAt.getTime() - Date.now() - MARGIN_MS);
  try {
    return damageOf(backup, await pgBackRest.verify(undefined, leftMs));
  } catch (error) {
    if (!(error instanceof PgBackRestTimeout)) throw error;
    const minutes = Math.round(leftMs / 60_000);
    throw new Failure(
      `backup ${backup.label} does not count: pgBackRest ${version} reads the whole repository or nothing, and the ${minutes} min that were left of this run were not enough`,
      "use a PostgreSQL image with pgBackRest 2.55 or newer, which reads one backup alone (npm run images); until then fewer days (walRetentionDays) make the repository smaller",
    );
  }
}
