import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { stateDir } from "../../lib/paths";

const GIB = 1024 ** 3;

/** For unpacked images, cluster state, and a beginning of data. */
const NEEDED_BYTES = 3 * GIB;

/** Why a new site does not fit on a disk, in one sentence; nothing when it does. */
export function spaceProblem(freeBytes: number, directory: string): string | undefined {
  if (freeBytes >= NEEDED_BYTES) return undefined;
  const [free, needed] = [freeBytes, NEEDED_BYTES].map((bytes) => (bytes / GIB).toFixed(1));
  return `${directory} has ${free ?? ""} GiB free, but a site needs ${needed ?? ""} GiB: free some space, or set LSTM_PFD_STATE to a directory on another disk`;
}

/**
 * Touches nothing.
 * @throws Error with one sentence when the disk of embedded sites is too full for a new one
 */
export async function checkSpace(): Promise<void> {
  let directory = stateDir();
  while (!existsSync(directory)) directory = dirname(directory);
  const { bavail, bsize } = await statfs(directory);
  const problem = spaceProblem(bavail * bsize, directory);
  if (problem !== undefined) throw new Error(problem);
}
