import { formatDuration } from "../../lib/format";

/** Clocks of sites and of the store may be so far apart. */
const TOLERANCE_MS = 5 * 60_000;

/** A time for people, to the second, UTC: `2026-01-31 02:14:59Z`. */
export function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** A time to the minute, without its day where that is today: `05:30Z`, `2026-02-01 05:30Z`. */
export function dueText(time: Date, now: Date): string {
  const [day = "", clock = ""] = time.toISOString().slice(0, 16).split("T");
  return now.toISOString().startsWith(day) ? `${clock}Z` : `${day} ${clock}Z`;
}

/** Seconds from a time to now; none where the two clocks differ by a little. */
export function ageSeconds(time: Date, now: Date): number {
  return Math.max(0, (now.getTime() - time.getTime()) / 1000);
}

/** As people say it: `42 s ago`. */
export function agoText(time: Date, now: Date): string {
  return isOfFuture(time, now) ? "in the future" : `${formatDuration(ageSeconds(time, now))} ago`;
}

/** Whether a time is later than any clock that is only a little off could say. */
export function isOfFuture(time: Date, now: Date): boolean {
  return time.getTime() > now.getTime() + TOLERANCE_MS;
}

/** Some names, and how many more there are. */
export function someNames(all: readonly string[], shown = 3): string {
  const more = all.length - shown;
  return `${all.slice(0, shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
