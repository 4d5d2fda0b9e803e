import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../lib/failure";
import { CommandError } from "../../lib/process";
import { streamLines } from "../../lib/streamLines";
import { programEnvironment } from "../database/programEnvironment";
import { parseLsn, SEGMENT_BYTES, segmentName } from "../database/walPosition";
import { parseWalRecord, readManagers, type WalRecord } from "./walRecord";

/** Segments that are on the disk at once, besides the one before them. */
const BATCH = 8;
/** Under which the segments lie, whatever their own is: pg_waldump reads one timeline only, and goes by the names. */
const TIMELINE = 1;
const MINUTE = 60_000;

/** What is read, and how. */
export interface ArchiveReading {
  /** Numbers of the first and the last segment. */
  first: number;
  last: number;
  /** Empty directory for the segments; it is removed. */
  scratch: string;
  /** Gets a segment into a file. @throws Failure */
  fetch: (number: number, file: string) => Promise<void>;
  onRecord: (record: WalRecord) => void;
  /** Told after each batch how many segments are read. */
  onProgress: (segments: number) => void;
}

/**
 * Reads the archive from one segment to another, a few at a time, so that the disk never holds more. Each is removed once it and the one
 * after it are read: a record may begin in one and end in the next.
 * @throws Failure where a segment does not continue the log
 */
export async function readArchive(reading: ArchiveReading): Promise<void> {
  const { first, last, scratch, fetch, onRecord, onProgress } = reading;
  mkdirSync(scratch, { recursive: true });
  const file = (number: number): string => join(scratch, segmentName(TIMELINE, number));
  let kept = first;
  let seen: string | undefined;
  try {
    for (let next = first; next <= last; next += BATCH) {
      const end = Math.min(next + BATCH, last + 1);
      // One after the other: pgBackRest fetches ahead.
      for (let number = next; number < end; number += 1) await fetch(number, file(number));
      seen = await dump(scratch, { from: kept, end, after: seen }, onRecord);
      for (let number = kept; number < end - 1; number += 1) rmSync(file(number));
      kept = end - 1;
      onProgress(end - first);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Reads the segments from one up to another, which is not there. What was seen before is passed over.
 * @returns where the last record begins that was seen
 */
async function dump(
  directory: string,
  { from, end, after }: { from: number; end: number; after: string | undefined },
  onRecord: (record: WalRecord) => void,
): Promise<string | undefined> {
  const begin = startOf(from);
  // With the last record that was seen it begins to the byte; without one, with the first whole one of the segment.
  const start = after !== undefined && parseLsn(after) >= parseLsn(begin) ? after : begin;
  const seen = after === undefined ? -1n : parseLsn(after);
  let isNew = false;
  let newest = after;
  const args = [
    `--path=${directory}`,
    `--timeline=${TIMELINE}`,
    `--start=${start}`,
    // Without it, pg_waldump waits for the next segment, and then fails.
    `--end=${startOf(end)}`,
    ...readManagers.map((manager) => `--rmgr=${manager}`),
  ];
  const env = { ...programEnvironment(), TZ: "UTC", LC_ALL: "C" };
  try {
    await streamLines("pg_waldump", args, { env, timeoutMs: 30 * MINUTE }, (line) => {
      const record = parseWalRecord(line);
      if (record === undefined) return;
      isNew ||= parseLsn(record.lsn) > seen;
      if (!isNew) return;
      newest = record.lsn;
      onRecord(record);
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const said = error.stderr.trim().split("\n").at(-1) ?? "it said nothing";
    throw new Failure(
      `the log cannot be read from ${start} on: ${said}`,
      "a segment is damaged, or does not continue the one before it: bring back a former version of the object (the bucket keeps versions), or look at a time before it (--to)",
    );
  }
  return newest;
}

/** Position at which a segment begins. */
function startOf(number: number): string {
  const position = BigInt(number) * BigInt(SEGMENT_BYTES);
  const half = (value: bigint): string => value.toString(16).toUpperCase();
  return `${half(position >> 32n)}/${half(position & 0xffff_ffffn)}`;
}
