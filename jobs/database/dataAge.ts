import { formatDuration } from "../../lib/format";

/** How old the data is that a recovery brings back. */
export interface DataAge {
  /** Newest archived segment, and when it was archived by the store's clock. */
  segment: string;
  archivedAt: Date;
  /** Seconds from then to now, by the store's clock: what was committed in them is lost. */
  ageSeconds: number;
}

/** How old data may be. */
export interface AgeLimits {
  /** Seconds. */
  maxDataAgeSeconds: number;
  /** Seconds that an operator accepts besides; 0 for none. */
  acceptDataAge: number;
}

/** Why a recovery does not go on; undefined when it may. */
export type AgeProblem = { reason: string; remedy: string } | undefined;

/** The age of the data, in words, with what it costs. */
export function describeAge({ segment, archivedAt, ageSeconds }: DataAge): string {
  return `the newest archived segment is ${segment}, archived at ${archivedAt.toISOString()} (the store's clock), ${formatDuration(ageSeconds)} ago: what was committed since then is lost`;
}

/**
 * Whether data of this age may come back without a word. A bucket whose archiving stopped days ago looks like any other one: nobody
 * should get last week's rows for today's.
 */
export function ageProblem(age: DataAge, { maxDataAgeSeconds, acceptDataAge }: AgeLimits): AgeProblem {
  const { ageSeconds } = age;
  if (ageSeconds <= maxDataAgeSeconds || ageSeconds <= acceptDataAge) return undefined;
  return {
    reason: `${describeAge(age)}; that is more than lstm-pfd:maxDataAgeSeconds allows (${maxDataAgeSeconds})${acceptDataAge === 0 ? "" : `, and more than lstm-pfd:acceptDataAge (${acceptDataAge})`}`,
    remedy: `check that this is the bucket of the site that was lost; if it has been down for so long (died on Friday, rebuilt on Monday), set lstm-pfd:acceptDataAge ${roundedUp(ageSeconds)}`,
  };
}

/**
 * Whether the newest heartbeat of the restored data fits the newest segment: the site beat twice in each archive_timeout, and
 * archived what it had written. One that does not fit says that archiving had fallen behind, or that a clock was off.
 * @param now the store's clock
 */
export function heartbeatProblem(
  age: DataAge,
  heartbeatAt: Date,
  {
    archiveTimeoutSeconds,
    acceptDataAge,
    now,
  }: { archiveTimeoutSeconds: number; acceptDataAge: number; now: Date },
): AgeProblem {
  const bound = 2 * archiveTimeoutSeconds;
  const behind = (age.archivedAt.getTime() - heartbeatAt.getTime()) / 1000;
  const heartbeatAge = (now.getTime() - heartbeatAt.getTime()) / 1000;
  if (Math.abs(behind) <= bound || (acceptDataAge > 0 && heartbeatAge <= acceptDataAge)) return undefined;
  const why =
    behind > 0
      ? "archiving had fallen behind when the site was lost, or its heart had stopped: what was committed after that heartbeat is lost"
      : "the clock of the lost site, or that of the store, was wrong: times in the data may be wrong by as much";
  return {
    reason: `the newest heartbeat in the restored data is of ${heartbeatAt.toISOString()}, ${formatDuration(Math.abs(behind))} ${behind > 0 ? "before" : "after"} its newest segment was archived (${age.archivedAt.toISOString()}, the store's clock), more than two archive_timeout (${bound} s): ${why}`,
    remedy: `find out which; if the data is to come back so, set lstm-pfd:acceptDataAge ${roundedUp(Math.max(0, heartbeatAge))}`,
  };
}

/** Whole hours, so that the word does not grow old while it is typed. */
function roundedUp(seconds: number): number {
  return (Math.floor(seconds / 3600) + 1) * 3600;
}
