import type { BaseBackup } from "./stanzaInfo";

/** What stays and what goes. */
export type ExpiryPlan =
  | { action: "nothing"; why: string }
  | { action: "refuse"; reason: string }
  /** Keep this many of the newest full backups, with all that stands on them. */
  | { action: "expire"; keepFulls: number; base: string; expired: string[] };

const DAY_MS = 24 * 3600 * 1000;

/**
 * Plans the expiry so that any second of the window stays recoverable: the newest committed full backup that is older than
 * the window is its base, everything before that may go. Only committed backups count, and nothing goes when none of them is
 * younger than the window: backups have stopped, and the old ones are all there is.
 * @param backups oldest first
 */
export function planExpiry(
  backups: readonly Pick<BaseBackup, "label" | "type" | "stoppedAt">[],
  committed: readonly string[],
  windowDays: number,
  now: Date,
): ExpiryPlan {
  const good = backups.filter(({ label }) => committed.includes(label));
  const newest = good.at(-1);
  if (newest === undefined) return { action: "refuse", reason: "there is no committed backup" };
  const windowStart = now.getTime() - windowDays * DAY_MS;
  if (newest.stoppedAt.getTime() < windowStart)
    return {
      action: "refuse",
      reason: `the newest committed backup, ${newest.label}, is older than the window of ${windowDays} days`,
    };
  const base = good
    .filter(({ type, stoppedAt }) => type === "full" && stoppedAt.getTime() <= windowStart)
    .at(-1);
  if (base === undefined)
    return {
      action: "nothing",
      why: `no committed full backup is older than the window of ${windowDays} days`,
    };
  const fulls = backups.filter(({ type }) => type === "full").map(({ label }) => label);
  const position = fulls.indexOf(base.label);
  if (position === 0)
    return { action: "nothing", why: `${base.label} is the base of the window, and nothing is older` };
  const expired = backups.filter(({ label }) => label.slice(0, 16) < base.label).map(({ label }) => label);
  return { action: "expire", keepFulls: fulls.length - position, base: base.label, expired };
}
