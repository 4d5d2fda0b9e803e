import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { Failure } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import { run } from "../../lib/process";
import { SEGMENT_BYTES } from "./walPosition";
import type { Volume } from "./volume";

/** Files that pgBackRest fetches ahead: archive-get-queue-max. */
const queueBytes = 256 * 1024 ** 2;
/** The server that replays removes WAL that it has replayed beyond max_wal_size. */
const walBytes = 2 * 1024 ** 3;

/**
 * Bytes that a restore needs on its volume: the database, the WAL that is kept while it is replayed, and what is fetched ahead.
 * @param rebuilds all indexes are rebuilt: beside the old ones, with WAL that holds them once more. Half of a database is indexes, at most.
 */
export function neededBytes(databaseBytes: number, segments: number, rebuilds: boolean): number {
  const replayed = segments * SEGMENT_BYTES;
  return (rebuilds ? 2 : 1) * databaseBytes + Math.min(walBytes, replayed) + Math.min(queueBytes, replayed);
}

/**
 * Holds the volume to having room for a restore, before anything is fetched. What an earlier one has fetched counts as room.
 * @throws Failure with how much is missing
 */
export async function requireRoom(
  volume: Volume,
  { databaseBytes, segments, rebuilds }: { databaseBytes: number; segments: number; rebuilds: boolean },
): Promise<void> {
  const room = (await freeBytes(volume)) + (await usedBy(volume.incoming));
  const needed = neededBytes(databaseBytes, segments, rebuilds);
  if (room < needed)
    throw new Failure(
      `${volume.root} has room for ${formatBytes(room)}, and the restore needs ${formatBytes(needed)}: ${formatBytes(databaseBytes)} of database, ${rebuilds ? "as much for indexes that are rebuilt, " : ""}and the WAL that it replays; nothing was fetched`,
      "make the volume larger (lstm-pfd:databaseSizeGi), then run the restore again",
    );
}

async function usedBy(directory: string): Promise<number> {
  if (!existsSync(directory)) return 0;
  const { stdout } = await run("du", ["--summarize", "--block-size=1", directory], { timeoutMs: 600_000 });
  return Number(stdout.split("\t")[0]);
}

/** Whether a program says that a disk is full. PostgreSQL tells of a write that was cut short what to look at, and no cause. */
export function saysFullDisk(message: string): boolean {
  return /No space left on device|ENOSPC|disk full|Disk quota exceeded|Check free disk space/i.test(message);
}

/** What to do about a disk that became full. */
export const fullDiskRemedy =
  "the volume is full: make it larger (lstm-pfd:databaseSizeGi), then run the restore again, which goes on with what it has fetched";

/**
 * What to do about a file that could not be written; undefined where a message speaks of none. pgBackRest names the file alone when a write was
 * cut short, so that the volume itself is asked. The repository is not at fault.
 * @param freeBytes of the volume, after the failure
 * @see https://github.com/pgbackrest/pgbackrest/blob/main/src/storage/posix/write.c
 */
export function writeRemedy(message: string, freeBytes: number): string | undefined {
  if (saysFullDisk(message)) return fullDiskRemedy;
  if (!/unable to write '\//.test(message)) return undefined;
  return freeBytes < SEGMENT_BYTES
    ? fullDiskRemedy
    : "look for errors of the volume's disk in the log of its node, then run the restore again, which goes on with what it has fetched";
}

/** Bytes that are free on a volume. */
export async function freeBytes({ root }: Pick<Volume, "root">): Promise<number> {
  const { bavail, bsize } = await statfs(root);
  return bavail * bsize;
}
