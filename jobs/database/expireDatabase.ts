import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { committedKey, committedPrefix, labelOfKey } from "./committedRecord";
import { planExpiry } from "./expiryPlan";
import { repositoryPrefix } from "./repositoryKeys";
import { type PgBackRest, told } from "./pgbackrest";
import { pgBackRestLine } from "./pgbackrestLog";
import { stanzaMessage } from "./stanzaInfo";

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
    pgBackRest: PgBackRest;
    generation: number;
    /** Throws when this site may write to the repository no longer. */
    requireOwn: () => Promise<void>;
    windowDays: number;
    now?: Date;
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
  const expiry = planExpiry(info.backups, committed, windowDays, plan.now ?? new Date());
  if (expiry.action === "refuse")
    throw new Failure(
      `nothing was removed from ${location}: ${expiry.reason}`,
      "find out why backups have stopped; run backup-database full, then this again",
    );
  if (expiry.action === "nothing") log(`nothing to expire: ${expiry.why}`);
  else {
    await plan.requireOwn();
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
  const gone = committed.filter((label) => !kept.includes(label));
  for (const label of gone) await storage.remove(committedKey(generation, label));
  return {
    action: expiry.action === "nothing" ? "nothing to expire" : "expired",
    kept,
    expired: expiry.action === "nothing" ? [] : expiry.expired,
  };
}
