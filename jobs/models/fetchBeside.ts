import { lstat, mkdir, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { FetchReport } from "../../plan/modelExchange";
import type { ObjectStorage } from "../objectStorage";
import { INCOMING } from "./checkpointListing";
import { downloadSnapshot, isWhole } from "./downloadSnapshot";
import { bytesOf, entryAt, livingSet, refuseObstacles, setOfSnapshot } from "./fileSet";
import { copyDurably, hasLinks, type Link } from "./keepOld";
import type { ManifestFile, ModelManifest } from "./modelManifest";
import { byOption } from "./chosenBy";

/** What a fetch needs. */
export interface FetchPlan {
  /** Of the checkpoints. */
  directory: string;
  storage: ObjectStorage;
  /** Free bytes of the volume. For tests. */
  freeBytes?: (directory: string) => Promise<number>;
  /** For tests. */
  link?: Link;
}

/** Free bytes of the volume that a directory lies on. */
export async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** Bytes of a snapshot that do not lie beside the checkpoints yet, by their sizes. */
export async function bytesToCome(directory: string, files: readonly ManifestFile[]): Promise<number> {
  let bytes = 0;
  for (const { path, sizeBytes } of files) {
    const found = await entryAt(join(directory, INCOMING, path));
    if (found?.size !== sizeBytes) bytes += sizeBytes;
  }
  return bytes;
}

/**
 * Puts a whole snapshot beside the living checkpoints, which are not touched. What the volume has already, by its checksum, is copied and
 * not fetched: a second name would change with whoever writes to the first.
 * @throws Failure when there is no room, or when something in the directory is in the way
 */
export async function fetchBeside(
  plan: FetchPlan,
  manifest: ModelManifest,
  log: (line: string) => void,
): Promise<FetchReport> {
  const start = Date.now();
  const { directory } = plan;
  await refuseObstacles(directory, setOfSnapshot(manifest));
  await requireRoom(plan, manifest);
  for (const file of manifest.files) await copyWhatIsThere(directory, file, log);
  const notWhole = await downloadSnapshot({ ...plan, chosenBy: byOption }, manifest, log);
  for (const warning of notWhole) log(`warning: ${warning}`);
  return {
    action: "fetched",
    snapshot: manifest.backup_name,
    files: manifest.files.length,
    totalBytes: manifest.total_bytes,
    seconds: secondsSince(start),
  };
}

async function requireRoom(plan: FetchPlan, manifest: ModelManifest): Promise<void> {
  const { directory, freeBytes = freeBytesOf } = plan;
  const copies = (await hasLinks(directory, plan.link))
    ? 0
    : bytesOf((await livingSet(directory, setOfSnapshot(manifest))).files);
  const needed = (await bytesToCome(directory, manifest.files)) + copies;
  const free = await freeBytes(directory);
  if (free < needed)
    throw new Failure(
      `${directory} has room for ${formatBytes(free)}, and ${manifest.backup_name} needs ${formatBytes(needed)} beside the living checkpoints; nothing was fetched`,
      "make the volume larger (lstm-pfd:checkpointsSizeGi), or remove old checkpoints with `npm run restore -- models --forget`, then run this again",
    );
}

async function copyWhatIsThere(
  directory: string,
  file: ManifestFile,
  log: (line: string) => void,
): Promise<void> {
  const [living, copy] = [join(directory, file.path), join(directory, INCOMING, file.path)];
  if ((await lstat(copy).catch(() => undefined))?.size === file.sizeBytes) return;
  if (!(await isWhole(living, file))) return;
  await mkdir(dirname(copy), { recursive: true });
  await copyDurably(living, copy);
  log(`${file.path} is the same in the living checkpoints (${formatBytes(file.sizeBytes)})`);
}
