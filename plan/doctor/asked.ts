/**
 * What became of a question: it was answered; it could not be asked, or nobody answered in time; or there is nothing that could be
 * asked, which is no fault.
 */
export type Asked<T> =
  { state: "known"; value: T } | { state: "unknown"; why: string } | { state: "none"; why: string };

/** The answer; undefined where there is none. */
export function known<T>(asked: Asked<T>): T | undefined {
  return asked.state === "known" ? asked.value : undefined;
}
