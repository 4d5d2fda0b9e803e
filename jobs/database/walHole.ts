import type { ArchivedWal } from "./replay";
import { historyName, parseSegment, type Segment, segmentName } from "./walPosition";

/** A gap in the archived WAL: replay comes up to it and no further, although the archive goes on. */
export interface WalHole {
  /** Last segment before it; undefined when the very first one is missing. */
  after: string | undefined;
  /** The file that replay would ask for next. Two names where a timeline begins there: either would do. */
  missing: string[];
  /** Segments that are missing in a row, the first one included; 0 when it is the history of a timeline that is missing. */
  missingSegments: number;
  /** First and last of the archived segments that lie beyond it. */
  beyond: { count: number; first: string; last: string };
}

/**
 * Finds the first gap from the start of a base backup to the last segment that is archived. Once a timeline has begun, its
 * parent's segments count no longer: PostgreSQL does not go back to them either.
 * @param backup.walStart first segment that the base backup needs
 * @param backup.walStop last one that it needs, archived or not
 * @returns undefined when the archive is whole
 */
export function findHole(
  archived: ArchivedWal,
  backup: { walStart: string; walStop: string },
): WalHole | undefined {
  const start = segmentOf(backup.walStart);
  const last = segmentOf(lastArchived(archived, backup.walStop));
  const present = new Set(archived.segments);
  const begins = beginnings(archived.segments, last.timeline);
  let timeline = start.timeline;
  let after: string | undefined;
  for (let number = start.number; number <= last.number; number += 1) {
    const current = timelineAt(begins, number, start.timeline);
    if (current !== timeline && !archived.histories.includes(historyName(current)))
      return { ...described(archived, number), after, missing: [historyName(current)], missingSegments: 0 };
    timeline = current;
    const name = segmentName(timeline, number);
    if (!present.has(name)) {
      let end = number;
      const absent = (at: number): boolean =>
        at <= last.number && !present.has(segmentName(timelineAt(begins, at, start.timeline), at));
      while (absent(end + 1)) end += 1;
      const child = timelineAt(begins, end + 1, start.timeline);
      const names = child === timeline ? [name] : [name, segmentName(child, number)];
      return {
        ...described(archived, end + 1),
        after,
        missing: names,
        missingSegments: end - number + 1,
      };
    }
    after = name;
  }
  return undefined;
}

/** Last segment of the newest timeline, and `walStop` where nothing is archived after it. */
export function lastArchived({ segments }: ArchivedWal, walStop: string): string {
  return segments.concat(walStop).sort().at(-1) ?? walStop;
}

/** What is left of an archive that ends with this segment. Histories of later timelines lead nowhere then. */
export function upTo(archived: ArchivedWal, last: string): ArchivedWal {
  const end = segmentOf(last);
  const counts = ({ timeline, number }: Segment): boolean => timeline <= end.timeline && number <= end.number;
  return {
    segments: archived.segments.filter((name) => counts(segmentOf(name))),
    histories: archived.histories.filter((name) => name <= historyName(end.timeline)),
  };
}

function described(archived: ArchivedWal, from: number): Pick<WalHole, "beyond"> {
  const names = archived.segments.filter((name) => segmentOf(name).number >= from).sort();
  return { beyond: { count: names.length, first: names.at(0) ?? "", last: names.at(-1) ?? "" } };
}

/** Number of the first archived segment of each timeline up to the newest. */
function beginnings(segments: readonly string[], newest: number): Map<number, number> {
  const begins = new Map<number, number>();
  for (const { timeline, number } of segments.map(segmentOf))
    if (timeline <= newest) begins.set(timeline, Math.min(number, begins.get(timeline) ?? number));
  return begins;
}

/** The newest timeline that has begun at a number. */
function timelineAt(begins: ReadonlyMap<number, number>, number: number, start: number): number {
  let found = start;
  for (const [timeline, begin] of begins) if (begin <= number && timeline > found) found = timeline;
  return found;
}

function segmentOf(name: string): Segment {
  const segment = parseSegment(name);
  if (segment === undefined) throw new Error(`not a WAL segment: "${name}"`);
  return segment;
}
