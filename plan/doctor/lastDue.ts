const MINUTE = 60_000;
/** So far back is looked: a run that is due less often than once in a month is not ours. */
const FURTHEST_MS = 32 * 86_400_000;

/** The numbers that a field of a cron expression stands for; undefined for one that is not understood. */
function numbersOf(field: string, [lowest, highest]: readonly [number, number]): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [, from, to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === undefined) return undefined;
    const first = from === "*" ? lowest : Number(from);
    const last = from === "*" || (to === undefined && step !== undefined) ? highest : Number(to ?? from);
    for (let number = first; number <= last; number += Number(step ?? 1)) {
      if (Number(step ?? 1) === 0) return undefined;
      found.add(number);
    }
  }
  return found;
}

/**
 * When a run was due last, in UTC.
 * @param schedule cron expression of five fields, of numbers, lists, ranges and steps
 * @returns undefined where the expression is another one, or nothing was due for a month
 */
export function lastDue(schedule: string, now: Date): Date | undefined {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const ranges = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 7],
  ] as const;
  const sets = ranges.map((range, index) => numbersOf(fields[index] ?? "", range));
  const [minutes, hours, days, months, weekdays] = sets;
  if (
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    weekdays === undefined
  )
    return undefined;
  if (weekdays.has(7)) weekdays.add(0);
  const [, , dayField, , weekdayField] = fields;
  const isDay = (date: Date): boolean => {
    const [byDay, byWeekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
    // Where both are restricted, one of them is enough.
    return dayField !== "*" && weekdayField !== "*" ? byDay || byWeekday : byDay && byWeekday;
  };
  const start = Math.floor(now.getTime() / MINUTE) * MINUTE;
  for (let at = start; at > start - FURTHEST_MS; at -= MINUTE) {
    const date = new Date(at);
    if (!minutes.has(date.getUTCMinutes()) || !hours.has(date.getUTCHours())) continue;
    if (months.has(date.getUTCMonth() + 1) && isDay(date)) return date;
  }
  return undefined;
}
