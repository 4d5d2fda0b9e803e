import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { committedKey, committedPrefix, labelOfKey } from "./committedRecord";
import { planExpiry } from "./expiryPlan";
import { repositoryPrefix } from "./repositoryKeys";
import { type PgBackRest, told } from "./pgbackrest";
import { pgBackRestLine } from "./pgbackrestLog";
import { type StanzaInfo, stanzaMessage } from "./stanzaInfo";

/** What was kept and what went. */
export interface ExpiryReport {
  action: "expired" | "nothing to expire";
  kept: string[];
  expired: string[];
}

/**
 * Removes backups, and WAL, that no second of the window needs, and the committed records of what is gone.
 * @throws Failure when the newest committed backup is older than the window, or the repository cannot be read
 */
export async function expireDatabase(
  plan: {
    storage: ObjectStorage;
    pgBackRest: Pick<PgBackRest, "info" | "expire">;
    generation: number;
    /** Throws when this site may write to the repository no longer. */
    requireOwn: () => Promise<void>;
    windowDays: number;
  },
  log: (line: string) => void,
): Promise<ExpiryReport> {
  const { storage, pgBackRest, generation, windowDays } = plan;
  await plan.requireOwn();
  const location = storage.describe(repositoryPrefix(generation));
  const committed = (await storage.list(committedPrefix(generation))).flatMap(
    ({ key }) => labelOfKey(key) ?? [],
  );
  const info = await told("the repository cannot be read", () => pgBackRest.info());
  if (info.status.code !== 0)
    throw new Failure(
      `pgBackRest cannot use ${location}: ${stanzaMessage(info.status.message)} (status ${info.status.code})`,
      "check the janitor's keys and the passphrase; nothing was removed",
    );
  const expiry = planExpiry(info.backups, committed, windowDays, storeTimeOf(storage));
  if (expiry.action === "refuse")
    throw new Failure(
      `nothing was removed from ${location}: ${expiry.reason}`,
      "find out why backups have stopped; run backup-database full, then this again",
    );
  if (expiry.action === "nothing") log(`nothing to expire: ${expiry.why}`);
  else {
    await plan.requireOwn();
    await requireSameFulls(pgBackRest, info);
    log(`${expiry.base} is the base of the ${windowDays} days; older: ${expiry.expired.join(", ")}`);
    await told("nothing or not all was removed", () =>
      pgBackRest.expire(expiry.keepFulls, (line) => {
        const shown = pgBackRestLine(line);
        if (shown !== undefined) log(shown);
      }),
    );
  }
  const kept = (
    expiry.action === "nothing" ? info : await told("the repository cannot be read", () => pgBackRest.info())
  ).backups.map(({ label }) => label);
  for (const label of kept)
    log(`kept: ${label}${committed.includes(label) ? ", committed" : ", not committed"}`);
  if (expiry.action === "expire" && !kept.includes(expiry.base))
    throw new Failure(
      `${expiry.base}, the base of the window of ${windowDays} days, was removed from ${location}: a full backup has ended while this ran, and pgBackRest keeps a number of them`,
      "bring back the former versions of its objects (the bucket keeps them); until then no second before the next full backup can be restored",
    );
  const gone = committed.filter((label) => !kept.includes(label));
  for (const label of gone) await storage.remove(committedKey(generation, label));
  return {
    action: expiry.action === "nothing" ? "nothing to expire" : "expired",
    kept,
    expired: expiry.action === "nothing" ? [] : expiry.expired,
  };
}

/**
 * pgBackRest is told how many full backups to keep: one more that has ended since they were counted would cost the base of the window.
 * @throws Failure when there is one
 */
async function requireSameFulls(
  pgBackRest: Pick<PgBackRest, "info">,
  { backups: counted }: StanzaInfo,
): Promise<void> {
  const fulls = (backups: StanzaInfo["backups"]): string =>
    backups.flatMap(({ type, label }) => (type === "full" ? [label] : [])).join();
  const { backups } = await told("the repository cannot be read", () => pgBackRest.info());
  if (fulls(backups) !== fulls(counted))
    throw new Failure(
      "a full backup has ended while the expiry was planned; nothing was removed",
      "run expire-database again, or leave it to the next run",
    );
}
