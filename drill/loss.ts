import type { WriterRow } from "./acknowledgements";
import { writerRowPrefix } from "./nonce";

/** What the recovered database holds of the writer's rows. */
export interface RecoveredRows {
  /** All rows of the writer, also those that it never saw acknowledged. */
  count: number;
  /** Row with the highest number; null when there is none. */
  newest: WriterRow | null;
  /** Last row before the first missing one: up to here nothing is missing. */
  reached: WriterRow | null;
  /** Acknowledged rows that are not there. */
  missing: number;
  /** The first of them; null when none is missing. */
  firstMissing: number | null;
  /** Missing rows with a lower number than `newest`: something was lost out of the middle. */
  holes: number;
}

/** What a disaster has cost. */
export interface Loss {
  /** Acknowledged rows that the recovered database does not have. */
  rowsLost: number;
  /**
   * The measured RPO: time in the last acknowledged row less time in the last row before the first missing one. Both times
   * are the writer's, taken just before the commit, so 0 means that nothing was lost.
   */
  rpoSeconds: number;
  /** False when not one row came back: the loss is then at least `rpoSeconds`, reaching back to the first row. */
  exact: boolean;
  /** True when nothing is missing that is older than a row that is there. */
  onlyTail: boolean;
  lastAcknowledged: WriterRow;
  /** Up to here nothing is missing; undefined when not one row came back. */
  lastRecovered: WriterRow | undefined;
}

/**
 * SQL that answers with one JSON object, to be read with {@link parseRecoveredRows}.
 * @param lastAcknowledged number of the last acknowledged row; numbers begin at 1
 */
export function recoveredRowsSql(nonce: string, lastAcknowledged: number): string {
  if (!Number.isSafeInteger(lastAcknowledged) || lastAcknowledged < 1)
    throw new Error(`last acknowledged row ${lastAcknowledged}: must be a whole number of at least 1`);
  return `
with recovered as materialized (
  select (config ->> 'sequence')::bigint as sequence, config ->> 'committedAt' as at
  from public.experiments where starts_with(name, '${writerRowPrefix(nonce)}')
), missing as materialized (
  select number from generate_series(1::bigint, ${lastAcknowledged}) as number
  where not exists (select from recovered where sequence = number)
), newest as (
  select sequence, at from recovered order by sequence desc limit 1
), reached as (
  select sequence, at from recovered
  where sequence < coalesce((select min(number) from missing), ${lastAcknowledged} + 1)
  order by sequence desc limit 1
)
select json_build_object(
  'count', (select count(*) from recovered),
  'newest', (select row_to_json(newest) from newest),
  'reached', (select row_to_json(reached) from reached),
  'missing', (select count(*) from missing),
  'firstMissing', (select min(number) from missing),
  'holes', (select count(*) from missing where number < (select sequence from newest))
)`.trim();
}

/**
 * Reads the answer to {@link recoveredRowsSql}.
 * @throws Error when it is something else
 */
export function parseRecoveredRows(json: string): RecoveredRows {
  let answer: Partial<RecoveredRows> | null;
  try {
    answer = JSON.parse(json) as Partial<RecoveredRows> | null;
  } catch {
    throw new Error(`the database did not answer with JSON about the writer's rows: "${json.slice(0, 200)}"`);
  }
  const { count, newest, reached, missing, firstMissing, holes } = answer ?? {};
  const whole =
    isNumber(count) &&
    isNumber(missing) &&
    isNumber(holes) &&
    (firstMissing === null || isNumber(firstMissing)) &&
    isRow(newest) &&
    isRow(reached);
  if (!whole) throw new Error(`the answer about the writer's rows is incomplete: "${json.slice(0, 200)}"`);
  return { count, newest, reached, missing, firstMissing, holes };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isRow(value: WriterRow | null | undefined): value is WriterRow | null {
  if (value === null) return true;
  return value !== undefined && isNumber(value.sequence) && !Number.isNaN(Date.parse(value.at));
}

/** Compares what was acknowledged with what came back. */
export function measureLoss(
  acknowledged: { first: WriterRow; last: WriterRow },
  recovered: RecoveredRows,
): Loss {
  const { first, last } = acknowledged;
  const reached = recovered.reached ?? undefined;
  const nothingLost = recovered.missing === 0;
  return {
    rowsLost: recovered.missing,
    rpoSeconds: nothingLost ? 0 : secondsBetween((reached ?? first).at, last.at),
    exact: nothingLost || reached !== undefined,
    onlyTail: recovered.holes === 0,
    lastAcknowledged: last,
    lastRecovered: reached,
  };
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
