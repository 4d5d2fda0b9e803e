import { CronExpressionParser } from "cron-parser";

const minute = 60_000;
const day = 86_400_000;
const daysOfYear = 366;

/** A schedule of a CronJob. */
export interface Schedule {
  /** Cron expression of five fields, or a name such as `@daily`. */
  expression: string;
  /** IANA time zone. @default "Etc/UTC" */
  timeZone?: string | undefined;
}

/**
 * Instants of the runs in the year from `from`, in order, as milliseconds. In zones with summer time the runs of the two days
 * of the change may be an hour off.
 * @throws Error when the expression is not one of Kubernetes, or the time zone is not known
 */
export function runsOfYear({ expression, timeZone = "Etc/UTC" }: Schedule, from: Date): number[] {
  const fields = fieldsOf(expression);
  const first = Math.floor(from.getTime() / day) * day;
  const timesOfDay = fields.hour.values.flatMap((hour) =>
    fields.minute.values.map((minutes) => (hour * 60 + minutes) * minute),
  );
  const days = Array.from({ length: daysOfYear }, (_, index) => first + index * day);
  return days
    .filter((start) => isDue(fields, new Date(start)))
    .flatMap((start) => {
      const offset = offsetOf(timeZone, start + day / 2);
      return timesOfDay.map((time) => start + time - offset);
    })
    .sort((a, b) => a - b);
}

/** Largest distance between two neighbours, in seconds; Infinity where there are no two. */
export function largestGapSeconds(runs: readonly number[]): number {
  const gaps = gapsOf(runs);
  return gaps.length === 0 ? Infinity : gaps.reduce((a, b) => Math.max(a, b)) / 1000;
}

/** Smallest distance between two neighbours, in seconds; Infinity where there are no two. */
export function smallestGapSeconds(runs: readonly number[]): number {
  return gapsOf(runs).reduce((a, b) => Math.min(a, b), Infinity) / 1000;
}

function gapsOf(runs: readonly number[]): number[] {
  const ordered = [...runs].sort((a, b) => a - b);
  return ordered.slice(1).map((run, index) => run - (ordered[index] ?? run));
}

interface Fields {
  minute: { values: readonly number[] };
  hour: { values: readonly number[] };
  month: { values: readonly number[] };
  dayOfMonth: { values: readonly unknown[] };
  dayOfWeek: { values: readonly unknown[] };
  /** A day is due when it fits both fields, not one of them: so it is when one of the two begins with a star. */
  both: boolean;
}

function fieldsOf(expression: string): Fields {
  const text = expression.trim();
  const parts = text.split(/\s+/);
  if (!text.startsWith("@") && parts.length !== 5) throw new Error("it must have five fields");
  // The library knows more than Kubernetes does: the last day of a month, the nth weekday, random times.
  if (!/^@[a-z]+$|^[\d*?,/\- A-Z]+$/i.test(text) || /\b[LWH]\b|#/i.test(text))
    throw new Error("it has signs that Kubernetes does not know");
  const { minute, hour, month, dayOfMonth, dayOfWeek } = CronExpressionParser.parse(text, {
    tz: "UTC",
  }).fields;
  const isStar = (field: string | undefined): boolean => field === undefined || /^[*?]/.test(field);
  return { minute, hour, month, dayOfMonth, dayOfWeek, both: isStar(parts[2]) || isStar(parts[4]) };
}

function isDue({ month, dayOfMonth, dayOfWeek, both }: Fields, date: Date): boolean {
  if (!month.values.includes(date.getUTCMonth() + 1)) return false;
  const fitsMonth = dayOfMonth.values.includes(date.getUTCDate());
  const fitsWeek = dayOfWeek.values.includes(date.getUTCDay());
  return both ? fitsMonth && fitsWeek : fitsMonth || fitsWeek;
}

function offsetOf(timeZone: string, instant: number): number {
  if (/^(Etc\/)?UTC$/.test(timeZone)) return 0;
  const name = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(instant)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name ?? "") ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minute;
  return sign === "-" ? -size : size;
}
