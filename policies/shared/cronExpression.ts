/** Days, hours and minutes at which a CronJob is due, as local time. */
export interface CronFields {
  minutes: readonly number[];
  hours: readonly number[];
  months: readonly number[];
  daysOfMonth: readonly number[];
  /** 0 is Sunday. */
  daysOfWeek: readonly number[];
  /** A day must fit both fields of days. Where neither of them has a bare star, fitting one is enough. */
  bothDays: boolean;
}

/** A CronJob that is due again and again after the same time. */
export interface Interval {
  everySeconds: number;
}

interface Bounds {
  name: string;
  from: number;
  to: number;
  names: readonly string[];
}

const bounds = {
  minutes: { name: "minute", from: 0, to: 59, names: [] },
  hours: { name: "hour", from: 0, to: 23, names: [] },
  daysOfMonth: { name: "day of the month", from: 1, to: 31, names: [] },
  months: {
    name: "month",
    from: 1,
    to: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  daysOfWeek: {
    name: "day of the week",
    from: 0,
    to: 6,
    names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
  },
} as const satisfies Record<string, Bounds>;

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Reads the schedule of a CronJob as Kubernetes does: five fields, a descriptor such as `@daily`, or `@every` with a duration.
 * @throws Error when Kubernetes would not take it
 * @see https://github.com/robfig/cron v3.0.1, whose ParseStandard is the parser of Kubernetes
 */
export function parseCronExpression(expression: string): CronFields | Interval {
  const text = expression.trim();
  if (/^@every\s/.test(text)) return { everySeconds: secondsOf(text.slice("@every ".length)) };
  if (text.startsWith("@") && descriptors[text] === undefined)
    throw new Error(
      `"${text}" is no name that Kubernetes knows: it knows ${Object.keys(descriptors).join(", ")}, and @every`,
    );
  const fields = (descriptors[text] ?? text).split(/\s+/);
  if (fields.length !== 5) throw new Error("it must have five fields");
  const [minutes = "", hours = "", daysOfMonth = "", months = "", daysOfWeek = ""] = fields;
  return {
    minutes: valuesOf(minutes, bounds.minutes),
    hours: valuesOf(hours, bounds.hours),
    daysOfMonth: valuesOf(daysOfMonth, bounds.daysOfMonth),
    months: valuesOf(months, bounds.months),
    daysOfWeek: valuesOf(daysOfWeek, bounds.daysOfWeek),
    bothDays: hasBareStar(daysOfMonth) || hasBareStar(daysOfWeek),
  };
}

function valuesOf(field: string, limits: Bounds): number[] {
  const values = rangesOf(field).flatMap((range) => valuesOfRange(range, limits));
  return [...new Set(values)].sort((a, b) => a - b);
}

function rangesOf(field: string): string[] {
  return field.split(",").filter((range) => range !== "");
}

/** A star with a step leaves out days, so it chooses some, as a list of them does. */
function hasBareStar(field: string): boolean {
  return rangesOf(field).some((range) => /^[*?](-[^/]*)?(\/0*1)?$/.test(range));
}

function valuesOfRange(range: string, limits: Bounds): number[] {
  const [span = "", stepText, ...more] = range.split("/");
  const [lowText = "", highText, ...further] = span.split("-");
  const refuse = (why: string): never => {
    throw new Error(`${limits.name} "${range}" ${why}`);
  };
  if (more.length > 0 || further.length > 0) refuse("is no range");
  const step = stepText === undefined ? 1 : numberOf(stepText, limits, refuse);
  const isStar = lowText === "*" || lowText === "?";
  const low = isStar ? limits.from : numberOf(lowText, limits, refuse);
  // As Kubernetes has it: 5/15 begins at 5 and goes on to the end.
  const single = stepText === undefined ? low : limits.to;
  const high = isStar ? limits.to : highText === undefined ? single : numberOf(highText, limits, refuse);
  if (low < limits.from || high > limits.to) refuse(`is not in the range ${limits.from}-${limits.to}`);
  if (low > high) refuse("ends before it begins");
  if (step < 1) refuse("has a step of 0");
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
}

function numberOf(text: string, { names, from }: Bounds, refuse: (why: string) => never): number {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + from;
  return /^\+?\d+$/.test(text) ? Number(text) : refuse("has signs that Kubernetes does not know");
}

const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Seconds of a duration of Go, as in 1h30m; at least one. */
function secondsOf(duration: string): number {
  if (!/^\+?((\d+\.?\d*|\.\d+)(ns|[uµμ]s|ms|s|m|h))+$/.test(duration))
    throw new Error(`"${duration}" is no duration, as in 6h or 1h30m`);
  const parts = duration.matchAll(/(\d+\.?\d*|\.\d+)(ns|[uµμ]s|ms|s|m|h)/g);
  const seconds = [...parts].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (unitSeconds[unit] ?? 0),
    0,
  );
  return Math.max(1, Math.floor(seconds));
}
