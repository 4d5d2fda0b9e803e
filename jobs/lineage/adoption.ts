import type { ListedWal } from "../database/acceptedLoss";
import {
  historyTimeline,
  parseHistory,
  parseHistoryLines,
  parseSegment,
  segmentAt,
} from "../database/walPosition";

/** What lies in the path of generation 1, from before there were claims. */
export interface UnclaimedPath {
  archived: ListedWal;
  /** Texts of the archived history files, by timeline. */
  histories: ReadonlyMap<number, string>;
}

/** One end of the path: what a timeline has past the last fork that leads away from it. */
export interface Tail {
  timeline: number;
  /** First and last segment of it, and when they were archived; undefined for a timeline that has archived its history alone. */
  first: string | undefined;
  last: string | undefined;
  from: Date | undefined;
  to: Date | undefined;
}

/** Which timeline of the path a recovery goes on with. */
export type AdoptionDecision =
  | { action: "adopt"; timeline: number; timelines: number[]; dead: number[]; tail: Tail; others: Tail[] }
  | { action: "refuse"; reason: string; remedy: string };

/** Tails that ended this much earlier than the newest one are history, milliseconds. */
const clearlyEarlierMs = 10 * 60 * 1000;

const bringBack =
  "bring back a former version of the object (the bucket keeps versions), then run this again";

/**
 * Chooses the end of a path in which more than one life may have archived. Nothing but time tells the right one from a rehearsal or
 * a site that went on; where it does not tell either, an operator has to.
 * @param wanted timeline that an operator names; undefined for none
 */
export function decideAdoption(path: UnclaimedPath, wanted?: number): AdoptionDecision {
  const { archived, histories } = path;
  const timelines = timelinesOf(archived);
  const orphan = timelines.find((timeline) => timeline > 1 && !histories.has(timeline));
  if (orphan !== undefined)
    return {
      action: "refuse",
      reason: `the history of timeline ${orphan} is not archived, although segments of it are: where it belongs cannot be told`,
      remedy: bringBack,
    };
  const tails = tailsOf(path, timelines);
  const chosen = wanted === undefined ? newestTail(tails) : tails.find(({ timeline }) => timeline === wanted);
  if (chosen === undefined)
    return {
      action: "refuse",
      reason:
        wanted === undefined
          ? `more than one site has archived into the path of generation 1 until the end, and nothing tells which is the right one: ${tails.map(describeTail).join("; ")}`
          : `lstm-pfd:adoptTimeline is ${wanted}, and no end of the archive is on it: ${tails.map(describeTail).join("; ")}`,
      remedy:
        "find out which site was the right one, and set lstm-pfd:adoptTimeline to its timeline; what the others have archived stays in the bucket",
    };
  const ancestors = parseHistoryLines(histories.get(chosen.timeline) ?? "").map(({ parent }) => parent);
  const living = [...ancestors, chosen.timeline];
  return {
    action: "adopt",
    timeline: chosen.timeline,
    timelines: living,
    dead: timelines.filter((timeline) => !living.includes(timeline)),
    tail: chosen,
    others: tails.filter(({ timeline }) => timeline !== chosen.timeline),
  };
}

/** An end of the path, in words. */
export function describeTail({ timeline, first, last, from, to }: Tail): string {
  return first === undefined
    ? `timeline ${timeline}, without a segment of its own`
    : `timeline ${timeline}, ${first} to ${last ?? ""}, archived from ${from?.toISOString() ?? "?"} to ${to?.toISOString() ?? "?"}`;
}

/** All timelines that the path knows of, in the order of their numbers. */
function timelinesOf({ segments, histories }: ListedWal): number[] {
  const found = new Set<number>();
  for (const name of segments) found.add(parseSegment(name)?.timeline ?? 1);
  for (const name of histories) found.add(historyTimeline(name) ?? 1);
  return [...found].sort((one, other) => one - other);
}

function tailsOf({ archived, histories }: UnclaimedPath, timelines: readonly number[]): Tail[] {
  return timelines.flatMap((timeline) => {
    const forks = [...histories.values()].flatMap((text) => {
      const fork = parseHistory(text);
      return fork?.parent === timeline ? [segmentAt(fork.switchLsn)] : [];
    });
    const begin = Math.max(-1, ...forks);
    const names = archived.segments
      .filter((name) => {
        const segment = parseSegment(name);
        return segment?.timeline === timeline && segment.number >= begin;
      })
      .sort();
    // Whoever was left and has archived nothing since is an ancestor, and no end.
    if (names.length === 0 && forks.length > 0) return [];
    const first = names.at(0);
    const last = names.at(-1);
    return [
      {
        timeline,
        first,
        last,
        from: first === undefined ? undefined : archived.archivedAt.get(first),
        to: last === undefined ? undefined : archived.archivedAt.get(last),
      },
    ];
  });
}

function newestTail(tails: readonly Tail[]): Tail | undefined {
  const [newest, second] = [...tails].sort(
    (one, other) => (other.to?.getTime() ?? 0) - (one.to?.getTime() ?? 0),
  );
  if (newest === undefined || second === undefined) return newest;
  const ahead = (newest.to?.getTime() ?? 0) - (second.to?.getTime() ?? 0);
  return ahead >= clearlyEarlierMs ? newest : undefined;
}
