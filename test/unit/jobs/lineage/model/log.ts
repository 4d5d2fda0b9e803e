import { segmentName, SEGMENT_BYTES } from "../../../../../jobs/database/walPosition";

/** Records are multiples of this: four fit into a segment, and many cross from one into the next. */
export const UNIT = SEGMENT_BYTES / 4;

/** One record of the write-ahead log. Two records are the same only if they are one object. */
export interface LogRecord {
  /** Position in bytes. */
  lsn: number;
  size: number;
  /** Timeline that it was written on. */
  timeline: number;
  /** What it says; a row is what a client was told to be kept. */
  kind: "row" | "switch" | "begin" | "backup" | "checkpoint";
}

/** A data directory, and what its server knows of itself. */
export interface Server {
  life: string;
  generation: number;
  systemId: string;
  timeline: number;
  /** Text of its history file; empty on timeline 1. */
  history: string;
  /** All that it holds, what it has inherited first. */
  log: LogRecord[];
  /** Position after the last record. */
  end: number;
  /** Number of the first segment that is not archived yet. */
  nextToArchive: number;
}

/** Number of the segment that holds a position. */
export function segmentOf(lsn: number): number {
  return Math.floor(lsn / SEGMENT_BYTES);
}

/** A position as PostgreSQL prints it. */
export function lsnText(lsn: number): string {
  return `${Math.floor(lsn / 0x1_0000_0000).toString(16)}/${(lsn % 0x1_0000_0000).toString(16)}`.toUpperCase();
}

/** The position of such a text. */
export function lsnNumber(text: string): number {
  const [high = "", low = ""] = text.split("/");
  return parseInt(high, 16) * 0x1_0000_0000 + parseInt(low, 16);
}

/** Writes a record. */
export function write(server: Server, kind: LogRecord["kind"], size = UNIT): void {
  server.log.push({ lsn: server.end, size, timeline: server.timeline, kind });
  server.end += size;
}

/** Goes on with the next segment, as pg_switch_wal does; nothing at the beginning of one. */
export function switchSegment(server: Server): void {
  const used = server.end % SEGMENT_BYTES;
  if (used > 0) write(server, "switch", SEGMENT_BYTES - used);
}

/** Content of a segment: all records that lie in it, wholly or in part. A child's first one is a copy up to the fork, and goes on. */
export function contentOf({ log }: Server, number: number): LogRecord[] {
  const from = number * SEGMENT_BYTES;
  return log.filter(({ lsn, size }) => lsn < from + SEGMENT_BYTES && lsn + size > from);
}

/** Whether the next segment to archive is full. */
export function hasFull({ end, nextToArchive }: Server): boolean {
  return end >= (nextToArchive + 1) * SEGMENT_BYTES;
}

/** Name of the next segment to archive. */
export function nextName({ timeline, nextToArchive }: Server): string {
  return segmentName(timeline, nextToArchive);
}

/** How many records are archived: all that lie wholly in archived segments. */
export function archivedRecords({ log, nextToArchive }: Server): number {
  const end = nextToArchive * SEGMENT_BYTES;
  let count = 0;
  for (const { lsn, size } of log) if (lsn + size <= end) count += 1;
  return count;
}
