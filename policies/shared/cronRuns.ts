import { type CronFields, parseCronExpression } from "./cronExpression";

const minute = 60_000;
const day = 86_400_000;
const daysOfYear = 366;

/** A schedule of a CronJob. */
export interface Schedule {
  /** Five fields, or a name such as `@daily`, or `@every` with a duration. */
  expression: string;
  /** IANA time zone. @default "Etc/UTC" */
  timeZone?: string | undefined;
}

/**
 * Instants of the runs in the 366 days from the beginning of the day (UTC) of `from`, in order, as milliseconds. As in Kubernetes, a
 * time of day that summer time leaves out has no run, and one that comes twice has two. After a change by less than an hour
 * Kubernetes' parser loses its step for some hours, so the day from there on counts as one without runs. `@every` counts from the beginning:
 * when its first run is, nobody knows before; no more than one run a minute is listed.
 * @throws Error when the expression is not one of Kubernetes, or the time zone is not known
 */
export function runsOfYear({ expression, timeZone = "Etc/UTC" }: Schedule, from: Date): number[] {
  const schedule = parseCronExpression(expression);
  const begin = Math.floor(from.getTime() / day) * day;
  const end = begin + daysOfYear * day;
  const spans = offsetsOf(timeZone, begin, end);
  return "everySeconds" in schedule
    ? every(Math.max(schedule.everySeconds * 1000, minute), begin, end)
    : spans.flatMap((span) => runsOfSpan(schedule, span));
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

/** Time in which a zone keeps one distance from UTC. */
interface Span {
  /** First instant that is no longer part of it. */
  end: number;
  /** Milliseconds that local time is ahead of UTC. */
  offset: number;
  /** Instant before which no run is counted. */
  certainFrom: number;
}

function every(period: number, begin: number, end: number): number[] {
  return Array.from({ length: Math.ceil((end - begin) / period) }, (_, index) => begin + index * period);
}

function runsOfSpan(fields: CronFields, { end, offset, certainFrom }: Span): number[] {
  const timesOfDay = fields.hours.flatMap((hour) =>
    fields.minutes.map((minutes) => (hour * 60 + minutes) * minute),
  );
  const firstDay = Math.floor((certainFrom + offset) / day) * day;
  const days = every(day, firstDay, end + offset);
  return days
    .filter((start) => isDue(fields, new Date(start)))
    .flatMap((start) => timesOfDay.map((time) => start + time - offset))
    .filter((run) => run >= certainFrom && run < end);
}

function isDue({ months, daysOfMonth, daysOfWeek, bothDays }: CronFields, date: Date): boolean {
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const fitsMonth = daysOfMonth.includes(date.getUTCDate());
  const fitsWeek = daysOfWeek.includes(date.getUTCDay());
  return bothDays ? fitsMonth && fitsWeek : fitsMonth || fitsWeek;
}

/** Spans of a zone, in order, to the minute. @throws RangeError when there is no such zone */
function offsetsOf(timeZone: string, begin: number, end: number): Span[] {
  if (/^(Etc\/)?UTC$/.test(timeZone)) return [{ end, offset: 0, certainFrom: begin }];
  const offsetAt = offsets(timeZone);
  const spans: Span[] = [];
  let span: Span = { end, offset: offsetAt(begin), certainFrom: begin };
  for (let instant = begin + day; instant <= end; instant += day) {
    if (offsetAt(instant) === span.offset) continue;
    const change = changeBetween(offsetAt, instant - day, instant);
    spans.push({ ...span, end: change });
    const offset = offsetAt(change);
    const wholeHours = (offset - span.offset) % (60 * minute) === 0;
    span = { end, offset, certainFrom: wholeHours ? change : change + day };
  }
  return [...spans, span];
}

function changeBetween(offsetAt: (instant: number) => number, before: number, after: number): number {
  const old = offsetAt(before);
  let [low, high] = [before, after];
  while (high - low > minute) {
    const middle = low + Math.floor((high - low) / 2 / minute) * minute;
    if (offsetAt(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

function offsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  return (instant) => {
    const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value;
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(name ?? "") ?? [];
    const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * minute;
    return sign === "-" ? -size : size;
  };
}
