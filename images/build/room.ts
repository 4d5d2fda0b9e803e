import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

const GIB = 1024 ** 3;

/** Free space that is needed, in bytes. */
export const room = {
  /** For layers, and one copy of all images. */
  build: 5 * GIB,
  /** For archives of all images, beside those of an earlier run. */
  archives: 1.5 * GIB,
} as const;

/**
 * Refuses a directory whose disk is too full. Touches nothing.
 * @param directory need not exist
 * @param what is to be there, as in "archives of the images"
 * @param todo what to do besides freeing space
 * @throws Error with one sentence
 */
export async function checkRoom(
  directory: string,
  neededBytes: number,
  what: string,
  todo: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(nearestExisting(directory));
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const [free, needed] = [freeBytes, neededBytes].map((bytes) => (bytes / GIB).toFixed(1));
  throw new Error(
    `${directory} has ${free ?? ""} GiB free, but ${what} need ${needed ?? ""} GiB: free some space, or ${todo}`,
  );
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}
