import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { secondsSince } from "../../lib/format";
import { committedKey, committedPrefix, labelOfKey, parseCommittedRecord } from "./committedRecord";
import { repositoryPrefix } from "./repositoryKeys";
import { type PgBackRest, told } from "./pgbackrest";
import { damageOfRepository } from "./verification";

/** What was read from end to end. */
export interface RepositoryReport {
  action: "verified";
  /** Committed backups, all of them without damage. */
  backups: string[];
  verifySeconds: number;
}

/**
 * Reads the whole repository: every backup that counts, and all of its WAL. What is expired in the meantime is not missed.
 * @throws Failure that names what is damaged, or when the repository cannot be read
 */
export async function verifyDatabase(
  plan: { storage: ObjectStorage; pgBackRest: Pick<PgBackRest, "verify">; generation: number },
  log: (line: string) => void,
): Promise<RepositoryReport> {
  const { storage, pgBackRest, generation } = plan;
  const location = storage.describe(repositoryPrefix(generation));
  const before = await committedLabels(storage, generation);
  if (before.length === 0)
    throw new Failure(
      `${location} holds no committed backup, so there is nothing to verify`,
      "find out why backups have stopped; run backup-database full, then this again",
    );
  log(`reading ${location}: ${before.length} committed backups and the WAL of all`);
  const start = Date.now();
  const verification = await told("the repository cannot be verified", () => pgBackRest.verify());
  const verifySeconds = secondsSince(start);
  const backups = (await committedLabels(storage, generation)).filter((label) => before.includes(label));
  const damage = damageOfRepository(
    { labels: backups, walStart: await firstWal(storage, generation, backups) },
    verification,
  );
  if (damage.length > 0)
    throw new Failure(
      `${location} is damaged: ${damage.slice(0, 3).join(", ")}${damage.length > 3 ? ` and ${damage.length - 3} more` : ""}`,
      "run a full backup now (backup-database full), so that what comes from here on is safe; bring back former versions of the objects that are named (the bucket keeps versions)",
    );
  log(`read without damage in ${verifySeconds} s`);
  return { action: "verified", backups, verifySeconds };
}

async function committedLabels(storage: ObjectStorage, generation: number): Promise<string[]> {
  return (await storage.list(committedPrefix(generation))).flatMap(({ key }) => labelOfKey(key) ?? []).sort();
}

/** First segment that the oldest of these backups needs: what is older goes with the next expiry. */
async function firstWal(
  storage: ObjectStorage,
  generation: number,
  labels: readonly string[],
): Promise<string> {
  const [oldest] = labels;
  if (oldest === undefined) return "";
  const content = await storage.readText(committedKey(generation, oldest));
  return content === undefined ? "" : parseCommittedRecord(content.text).walStart;
}
