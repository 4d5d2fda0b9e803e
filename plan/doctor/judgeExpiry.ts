import type { ShownCertificate } from "./facts";
import { type Finding, spanText } from "./finding";

const DAY = 86_400_000;
/** What renews itself does so a third of its life before the end; a week before the end nothing has. */
const SOON_MS = 7 * DAY;

/** Whose certificate it is, and what to do about it. */
export interface Expiring extends Pick<Finding, "todo" | "about"> {
  what: string;
  /** Where it was seen. */
  at: string;
  command?: string;
  /** How long before its end it counts. @default a week, or a tenth of its life where that is not known */
  soonMs?: number;
}

/** A certificate that has expired, or is about to. */
export function judgeExpiry(
  certificate: Pick<ShownCertificate, "validTo"> | undefined,
  now: Date,
  { what, at, todo, command, about, soonMs = SOON_MS }: Expiring,
): Finding[] {
  if (certificate === undefined) return [];
  const left = certificate.validTo.getTime() - now.getTime();
  if (left > soonMs) return [];
  return [
    {
      severity: left <= 0 ? "down" : "look",
      what: left <= 0 ? `${what} has expired` : `${what} expires in ${spanText(left)}`,
      evidence: `${at}: valid until ${certificate.validTo.toISOString()}`,
      todo,
      ...(command === undefined ? {} : { command }),
      about,
    },
  ];
}
