/** Bytes of a WAL segment, as initdb sets it by default. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

const SEGMENT = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/;
const segmentsPerLog = 0x1_0000_0000 / SEGMENT_BYTES;

/** A WAL segment's file name, taken apart. */
export interface Segment {
  name: string;
  timeline: number;
  /** Counted from the start of the log, over all timelines: the next segment has the next number. */
  number: number;
}

/** Takes a file name apart; undefined when it is not one of a whole segment (a history, a `.partial`). */
export function parseSegment(name: string): Segment | undefined {
  const [, timeline, log, part] = SEGMENT.exec(name) ?? [];
  if (timeline === undefined || log === undefined || part === undefined) return undefined;
  return {
    name,
    timeline: parseInt(timeline, 16),
    number: parseInt(log, 16) * segmentsPerLog + parseInt(part, 16),
  };
}

/** File name of a segment. */
export function segmentName(timeline: number, number: number): string {
  return [timeline, Math.floor(number / segmentsPerLog), number % segmentsPerLog].map(hex8).join("");
}

/** File name of a timeline's history: `00000002.history`. */
export function historyName(timeline: number): string {
  return `${hex8(timeline)}.history`;
}

/** Timeline of a history file; undefined for other names. */
export function historyTimeline(name: string): number | undefined {
  const match = /^([0-9A-F]{8})\.history$/.exec(name);
  return match?.[1] === undefined ? undefined : parseInt(match[1], 16);
}

/**
 * Position in bytes of an LSN as PostgreSQL prints it: `0/3000148`.
 * @throws Error when it is not one
 */
export function parseLsn(lsn: string): bigint {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(lsn);
  if (match?.[1] === undefined || match[2] === undefined) throw new Error(`not a WAL position: "${lsn}"`);
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
}

/** Number of the segment that holds a position. */
export function segmentAt(lsn: string): number {
  return Number(parseLsn(lsn) / BigInt(SEGMENT_BYTES));
}

/** The segment after the one that holds a position: its name on a timeline, and the position at which it begins. */
export function segmentAfter(timeline: number, lsn: string): { name: string; begin: string } {
  const number = segmentAt(lsn) + 1;
  const begin = BigInt(number) * BigInt(SEGMENT_BYTES);
  const half = (value: bigint): string => value.toString(16).toUpperCase();
  return {
    name: segmentName(timeline, number),
    begin: `${half(begin >> 32n)}/${half(begin & 0xffff_ffffn)}`,
  };
}

/**
 * Where each ancestor of a timeline was left, oldest first, from the text of its history file. Comments and empty lines count for
 * nothing, as in PostgreSQL's own reader.
 */
export function parseHistoryLines(text: string): { parent: number; position: string }[] {
  return text.split("\n").flatMap((line) => {
    const [, parent, position] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line) ?? [];
    return parent === undefined || position === undefined ? [] : [{ parent: Number(parent), position }];
  });
}

/**
 * Where a timeline left its parent, from the text of its history file.
 * @returns the last line's parent and LSN; undefined for a file without lines
 */
export function parseHistory(text: string): { parent: number; switchLsn: string } | undefined {
  const last = parseHistoryLines(text).at(-1);
  return last === undefined ? undefined : { parent: last.parent, switchLsn: last.position };
}

/**
 * Segments that are not there, from `first` to `last` on the timeline of `last`.
 * A segment counts as there on any timeline up to that one.
 */
export function missingSegments(first: string, last: string, present: ReadonlySet<string>): string[] {
  const from = parseSegment(first);
  const to = parseSegment(last);
  if (from === undefined || to === undefined) throw new Error(`not WAL segments: "${first}", "${last}"`);
  const missing: string[] = [];
  for (let number = from.number; number <= to.number; number += 1) {
    let timeline = to.timeline;
    while (timeline >= from.timeline && !present.has(segmentName(timeline, number))) timeline -= 1;
    if (timeline < from.timeline) missing.push(segmentName(to.timeline, number));
  }
  return missing;
}

function hex8(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, "0");
}
