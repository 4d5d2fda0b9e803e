import { Failure } from "../../lib/failure";
import type { ListedWal } from "../database/acceptedLoss";
import type { BaseBackup } from "../database/stanzaInfo";
import { historyName, parseHistoryLines, parseLsn, parseSegment, segmentAt } from "../database/walPosition";
import { isOpened, type Lineage, type OpenedGeneration } from "./readLineage";

/** What of one timeline a recovery may replay, and where it lies. */
export interface Stretch {
  timeline: number;
  /** Generation in whose path its segments are. */
  generation: number;
  /** Directory of the WAL in that path's repository, as in `15-1`. */
  archiveId: string;
  /** Number of the first segment. */
  from: number;
  /** Number of the first segment that does not count any more; undefined on the last stretch. */
  end: number | undefined;
  /** Position at which the next timeline left this one; undefined on the last stretch. */
  position: string | undefined;
  /** Since when the path is removed; absent where it is there. */
  collectedAt?: string;
}

/** The way to the end of one generation. */
export interface Chain {
  generation: number;
  /** Timeline of the end. */
  timeline: number;
  /** Oldest first. */
  stretches: Stretch[];
}

const remedy =
  "the records of the lineage have been changed: bring them back as they were (the bucket keeps versions), then run this again; nothing was changed";

/**
 * The timelines that lead to a generation, from its history, each with the path that holds it. Of all but the last only what lies
 * before the fork counts: PostgreSQL would go on in a parent past it, without a word, when the child's first segment is missing.
 * @throws Failure when history and records disagree
 */
export function chainOf({ generations }: Lineage, generation: number): Chain {
  const opened = generations.filter(isOpened);
  const last = opened.find(({ number }) => number === generation);
  if (last === undefined) throw new Failure(`generation ${generation} was never opened`, remedy);
  const forks = parseHistoryLines(last.outcome.history);
  const timelines = [...forks.map(({ parent }) => parent), last.outcome.timeline];
  // A generation of the chain holds its timelines before a later one could reuse a number: the newest owner before the end counts.
  const owner = (timeline: number): OpenedGeneration => ownerOf(opened, timeline, last);
  let from = segmentNumber(owner(timelines[0] ?? 1));
  const stretches = timelines.map((timeline, index): Stretch => {
    const { number, outcome, collected } = owner(timeline);
    const position = forks[index]?.position;
    const stretch: Stretch = {
      timeline,
      generation: number,
      archiveId: outcome.archiveId,
      from,
      end: position === undefined ? undefined : segmentAt(position),
      position,
      ...(collected === undefined ? {} : { collectedAt: collected.collectedAt }),
    };
    if (position !== undefined) from = segmentAt(position);
    return stretch;
  });
  checkParents(opened, stretches);
  return { generation, timeline: last.outcome.timeline, stretches };
}

/** The timeline of a chain on which a position lies. */
export function timelineHolding({ stretches, timeline }: Chain, lsn: string): number {
  const holding = stretches.find(
    ({ position }) => position === undefined || parseLsn(lsn) <= parseLsn(position),
  );
  return holding?.timeline ?? timeline;
}

function ownerOf(
  opened: readonly OpenedGeneration[],
  timeline: number,
  last: OpenedGeneration,
): OpenedGeneration {
  const owner = opened.filter(
    ({ number, outcome }) => number <= last.number && outcome.timelines.includes(timeline),
  );
  const [only, ...others] = owner;
  if (only === undefined || others.length > 0)
    throw new Failure(
      `timeline ${timeline}, which leads to generation ${last.number}, belongs to ${only === undefined ? "no generation" : `${owner.length} generations`}`,
      remedy,
    );
  return only;
}

function segmentNumber({ outcome, number }: OpenedGeneration): number {
  // An adopted path begins with its oldest timeline, whose first segments may have expired.
  if (outcome.parent === null) return 0;
  const segment = parseSegment(outcome.firstSegment);
  if (segment === undefined)
    throw new Failure(`generation ${number} has no first segment ("${outcome.firstSegment}")`, remedy);
  return segment.number;
}

/** Each generation's own record of where it left its parent must be what the history of the last one says. */
function checkParents(opened: readonly OpenedGeneration[], stretches: readonly Stretch[]): void {
  for (const [index, { timeline, generation }] of stretches.entries()) {
    const before = stretches[index - 1];
    const parent = opened.find(({ number }) => number === generation)?.outcome.parent;
    // Forks inside of an adopted path have no record of their own.
    if (before === undefined || before.generation === generation) continue;
    if (
      parent?.timeline !== before.timeline ||
      parent.generation !== before.generation ||
      before.position === undefined ||
      parseLsn(parent.position) !== parseLsn(before.position)
    )
      throw new Failure(
        `the history says that timeline ${timeline} of generation ${generation} left timeline ${before.timeline} at ${before.position ?? "?"}, its record says otherwise`,
        remedy,
      );
  }
}

/**
 * The archive as a chain sees it.
 * @param wal what lies in the path of each generation
 * @param base the backup that replay begins with: what was archived before its timeline may have expired, and so may the first
 *   segments of that timeline. @default replay begins with the oldest stretch
 * @throws Failure when the first segment of a stretch is missing: replay would go on in the branch that was left
 */
export function inChain(
  { stretches }: Chain,
  wal: ReadonlyMap<number, ListedWal>,
  base?: { generation: number; walStart: string },
): ListedWal {
  const archivedAt = new Map<string, Date>();
  const begin = Math.max(
    0,
    stretches.findIndex((stretch) => base !== undefined && holds(stretch, base)),
  );
  for (const [index, stretch] of stretches.entries()) {
    if (index < begin) continue;
    const { timeline, generation, from, end, collectedAt } = stretch;
    let first = Infinity;
    for (const [name, at] of wal.get(generation)?.archivedAt ?? []) {
      const segment = parseSegment(name);
      if (segment?.timeline !== timeline || segment.number < from) continue;
      if (end !== undefined && segment.number >= end) continue;
      first = Math.min(first, segment.number);
      archivedAt.set(name, at);
    }
    // Where the next fork follows in the same segment, this timeline has none of its own that counts.
    if (index > begin && end !== from && first !== from) {
      if (collectedAt !== undefined)
        throw new Failure(
          `generation ${generation} is removed since ${collectedAt}, when no second of the window needed it any more: nothing can be replayed through it`,
          "choose a base backup of a later generation, then run the restore again",
        );
      throw new Failure(
        `generation ${generation} has lost the first segment of timeline ${timeline} (number ${from}), with which it left timeline ${stretches[index - 1]?.timeline ?? "?"}`,
        "bring back a former version of the object (the bucket keeps versions), then run the restore again",
      );
    }
  }
  return {
    segments: [...archivedAt.keys()],
    histories: stretches.slice(1).map(({ timeline }) => historyName(timeline)),
    archivedAt,
  };
}

/**
 * Whether a base backup leads along a chain: it was taken on one of its timelines, and ended before that was left.
 * @param generation in whose path it lies
 */
export function countsInChain(
  { stretches }: Chain,
  generation: number,
  { walStart, lsnStop }: Pick<BaseBackup, "walStart" | "lsnStop">,
): boolean {
  const stretch = stretches.find((candidate) => holds(candidate, { generation, walStart }));
  if (stretch === undefined) return false;
  return stretch.position === undefined || parseLsn(lsnStop) <= parseLsn(stretch.position);
}

/** Whether a base backup was taken on the timeline of a stretch. */
function holds(stretch: Stretch, base: { generation: number; walStart: string }): boolean {
  return stretch.generation === base.generation && stretch.timeline === parseSegment(base.walStart)?.timeline;
}
