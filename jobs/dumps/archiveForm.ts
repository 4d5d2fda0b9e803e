import { statfs } from "node:fs/promises";
import type { DumpManifest } from "./dumpManifest";

/** From this size on two programs write, and read, a dump at once: below it, one is done in a minute or two. */
export const parallelFromBytes = 2 * 1024 ** 3;

/** Part of a node's disk that is left to others: Kubernetes evicts pods where a tenth is left. */
const LEFT_TO_OTHERS = 0.2;

/** Programs that write or read a dump at once, where it has a file for each table. */
export const parallelJobs = 2;

/**
 * One file that streams, or a file for each table, which several programs write at once and which must lie in the scratch as a whole.
 * @param roomBytes what the scratch may take
 */
export function archiveForm(databaseBytes: number, roomBytes: number): DumpManifest["archive"] {
  return databaseBytes >= parallelFromBytes && roomBytes >= databaseBytes ? "directory" : "custom";
}

/** Bytes that may be put into a directory on a disk that others share. */
export async function roomIn(directory: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return Math.max(0, Math.floor((bavail - blocks * LEFT_TO_OTHERS) * bsize));
}
