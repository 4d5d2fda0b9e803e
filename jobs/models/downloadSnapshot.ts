import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { concurrently } from "../../lib/concurrently";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import { retry } from "../../lib/retry";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { sha256Of } from "./checkpointFiles";
import { formatState } from "./checkpointFormat";
import { INCOMING } from "./checkpointListing";
import { fileBehind, type ManifestFile, type ModelManifest, snapshotKeys } from "./modelManifest";
import { byConfiguration } from "./chosenBy";

/** Where a snapshot comes from and goes to. */
export interface Download {
  /** Of the checkpoints. */
  directory: string;
  storage: ObjectStorage;
  /** How a person chooses another snapshot. @default by configuration */
  chosenBy?: string;
}

const CONCURRENCY = 2;

/**
 * Fetches a snapshot into the directory beside the checkpoints, and holds every file to its checksum. What is there already, by its
 * checksum, is not fetched again; what does not belong to the snapshot is removed.
 * @param chosenBy how a person chooses another snapshot
 * @returns what a person should know of it, a sentence each: checkpoints that were not whole already when the snapshot was taken
 * @throws Failure when an object is missing or damaged, or the checkpoint in use is not whole; then nothing of the snapshot stays
 */
export async function downloadSnapshot(
  { directory, storage, chosenBy = byConfiguration }: Download,
  manifest: ModelManifest,
  log: (line: string) => void,
): Promise<string[]> {
  const incoming = join(directory, INCOMING);
  const keys = snapshotKeys(manifest.backup_name);
  await mkdir(incoming, { recursive: true });
  await removeOthers(incoming, manifest);
  try {
    await concurrently(CONCURRENCY, manifest.files, async (file) => {
      const target = join(incoming, file.path);
      // What a restore has fetched that was stopped.
      if (await isWhole(target, file)) {
        log(`${file.path} is there already (${formatBytes(file.sizeBytes)})`);
        return;
      }
      await mkdir(dirname(target), { recursive: true });
      await retry(3, mayPass, log, () => fetchFile(storage, keys.file(file.path), file, target, chosenBy));
      log(`fetched ${file.path} (${formatBytes(file.sizeBytes)})`);
    });
    return await notWhole(incoming, manifest, chosenBy);
  } catch (error) {
    // What may pass by itself ends with a run that goes on with what is there.
    if (!mayPass(error)) await rm(incoming, { recursive: true, force: true });
    throw error instanceof Failure
      ? error
      : new Failure(
          `${storage.describe(keys.prefix)} could not be fetched: ${reasonOf(error)}`,
          "check the network and the volume's free space, then run the restore again",
        );
  }
}

/** Snapshots of earlier versions, and of the system before this one, were taken of whatever was there. */
async function notWhole(incoming: string, manifest: ModelManifest, chosenBy: string): Promise<string[]> {
  const { backup_name: name, model_file, files } = manifest;
  const inUse = fileBehind(manifest, model_file)?.path;
  const found: string[] = [];
  for (const { path } of files) {
    const format = await formatState(join(incoming, path));
    if (format.state !== "not whole") continue;
    if (path === inUse)
      throw new Failure(
        `${path} of ${name}, the checkpoint in use, ${format.problem}: it was so when the snapshot was taken`,
        `choose another snapshot (${chosenBy})`,
      );
    found.push(`${path} of ${name} ${format.problem}: it was so when the snapshot was taken`);
  }
  return found;
}

/** Whether it may work when it is tried again: what the store or the connection did, and no damage. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Failure) || (error instanceof ObjectStorageError && error.transient);
}

/** Removes what no restore of this snapshot would fetch. */
async function removeOthers(incoming: string, { files }: ModelManifest): Promise<void> {
  const wanted = new Set(files.map(({ path }) => join(incoming, path)));
  for (const entry of await readdir(incoming, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(path)) await rm(path);
  }
}

/** Whether a file is there with the size and the checksum that a manifest says. */
export async function isWhole(path: string, { sizeBytes, sha256 }: ManifestFile): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return (
    found?.isFile() === true &&
    found.size === sizeBytes &&
    (await sha256Of(createReadStream(path))) === sha256
  );
}

/**
 * Fetches one file of a snapshot.
 * @throws Failure when its object is missing or damaged
 */
export async function fetchFile(
  storage: ObjectStorage,
  key: string,
  file: ManifestFile,
  target: string,
  chosenBy: string,
): Promise<void> {
  const remedy = `bring back its former version (the bucket keeps versions), or choose an older snapshot (${chosenBy})`;
  const object = await storage.open(key);
  if (object === undefined) throw new Failure(`${storage.describe(key)} is missing`, remedy);
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(undefined, chunk);
    },
  });
  await pipeline(object.content, measure, createWriteStream(target, { flush: true, mode: 0o644 }));
  const sha256 = hash.digest("hex");
  // The connection broke without an error: that is not damage.
  if (sizeBytes < object.sizeBytes)
    throw new Error(`${key} ended after ${sizeBytes} of ${object.sizeBytes} bytes`);
  if (sizeBytes !== file.sizeBytes || sha256 !== file.sha256)
    throw new Failure(
      `${storage.describe(key)} is damaged: ${sizeBytes} bytes instead of ${file.sizeBytes}, sha256 ${sha256.slice(0, 12)}… instead of ${file.sha256.slice(0, 12)}…`,
      remedy,
    );
}
