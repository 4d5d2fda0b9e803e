import { reasonOf } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { fileBehind, type ModelManifest } from "./modelManifest";
import { readManifest } from "./modelSnapshots";

/** As much of a snapshot as shrinking is measured by. */
type Sizes = Pick<ModelManifest, "backup_name" | "model_file" | "files" | "links" | "total_bytes">;

/**
 * Why a snapshot is suspiciously small beside the one before, all of it or its checkpoint in use; undefined when it is not.
 * @param percent share by which it may shrink
 */
export function whyShrunk(before: Sizes, after: Sizes, percent: number): string | undefined {
  const told = (what: string, from: number, to: number): string | undefined =>
    to < from * (1 - percent / 100)
      ? `${what} has ${formatBytes(to)}, and had ${formatBytes(from)} in ${before.backup_name}: ${(100 - (100 * to) / from).toFixed(1)} % less, where ${percent} % are allowed (modelsShrinkPercent)`
      : undefined;
  const inUse = (sizes: Sizes): number => fileBehind(sizes, sizes.model_file)?.sizeBytes ?? 0;
  return (
    told("the snapshot", before.total_bytes, after.total_bytes) ??
    told(after.model_file, inUse(before), inUse(after))
  );
}

/**
 * Compares a snapshot with the newest committed one whose manifest can be read.
 * @param committed names, oldest first
 * @returns why it is suspiciously small; undefined when it is not, or there is nothing to compare it with
 */
export async function shrinkage(
  storage: ObjectStorage,
  committed: readonly string[],
  manifest: ModelManifest,
  percent: number,
  log: (line: string) => void,
): Promise<string | undefined> {
  for (const name of [...committed].reverse())
    try {
      return whyShrunk(await readManifest(storage, name), manifest, percent);
    } catch (error) {
      log(`not compared with ${name}: ${reasonOf(error)}`);
    }
  return undefined;
}
