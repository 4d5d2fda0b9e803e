import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CheckpointError, readCheckpoint } from "./checkpoint";
import { concurrently } from "../../lib/concurrently";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { retry } from "../../lib/retry";
import { syncDirectory } from "../../lib/syncDirectory";
import { sha256Of } from "./checkpointFiles";
import { type CheckpointDirectory, INCOMING, observeCheckpoints } from "./checkpointListing";
import {
  fileBehind,
  type ManifestFile,
  type ModelManifest,
  MODELS_PREFIX,
  snapshotKeys,
  type SnapshotSummary,
} from "./modelManifest";
import { listSnapshots, readLatest, readManifest } from "./modelSnapshots";
import { chooseSnapshot } from "./snapshotChoice";

/** What a restore of the checkpoints needs. */
export interface ModelRestorePlan {
  directory: string;
  /** Path of the checkpoint in use, beneath `directory`. */
  modelFile: string;
  storage: ObjectStorage;
  permitInitialise: boolean;
  /** Snapshot that an operator wants; empty for the newest committed one. */
  wanted: string;
}

/** What became of it. */
export type ModelRestoreReport =
  { action: "kept" } | { action: "left empty" } | ({ action: "restored" } & SnapshotSummary);

const CONCURRENCY = 2;

/** Keeps valid checkpoints, restores into an empty directory, and refuses everything that is neither. */
export async function restoreModels(
  plan: ModelRestorePlan,
  log: (line: string) => void,
): Promise<ModelRestoreReport> {
  const { directory, modelFile, storage } = plan;
  const found = await observeCheckpoints(directory, modelFile);
  log(`${directory} is ${found}`);
  if (found === "valid") {
    await refuseDamaged(join(directory, modelFile));
    await rm(join(directory, INCOMING), { recursive: true, force: true });
    return { action: "kept" };
  }
  refusePartial(found, directory, modelFile);

  const latest = await readLatest(storage);
  const choice = chooseSnapshot(await listSnapshots(storage), latest?.name, plan.wanted);
  if (choice.choice === "none") {
    await refuseTraces(storage);
    return leaveEmpty(plan, log);
  }
  if (choice.choice === "refuse")
    throw new Failure(`${storage.describe(MODELS_PREFIX)}: ${choice.reason}`, choice.remedy);
  const start = Date.now();
  const manifest = await readManifest(storage, choice.name);
  if (fileBehind(manifest, modelFile) === undefined)
    throw new Failure(
      `${storage.describe(snapshotKeys(choice.name).manifest)} does not list ${modelFile}, the checkpoint in use`,
      "check MODEL_PATH, or choose another snapshot (lstm-pfd:restoreModels)",
    );
  log(`restoring ${choice.name}: ${manifest.files.length} files, ${formatBytes(manifest.total_bytes)}`);
  await download(plan, manifest, log);
  await putIntoPlace(directory, modelFile, manifest);
  const seconds = secondsSince(start);
  log(`in place after ${seconds} s`);
  return {
    action: "restored",
    name: choice.name,
    files: manifest.files.length,
    totalBytes: manifest.total_bytes,
    seconds,
    nonce: manifest.nonce ?? null,
  };
}

function refusePartial(found: CheckpointDirectory, directory: string, modelFile: string): void {
  if (found === "partial")
    throw new Failure(
      `${directory} holds files, but ${modelFile}, the checkpoint in use, is missing or empty`,
      "move its content away (keep it until the models are back), then run the restore again",
    );
}

/** Only the stand-in's format can be checked; of any other, the size has to do. */
async function refuseDamaged(file: string): Promise<void> {
  try {
    await readCheckpoint(file);
  } catch (error) {
    if (!(error instanceof CheckpointError) || !/is truncated|is damaged|is too long/.test(error.reason))
      return;
    throw new Failure(
      error.message,
      "move it away, with all else in its directory, then run the restore again",
    );
  }
}

/** Absent is only what has left no trace. */
async function refuseTraces(storage: ObjectStorage): Promise<void> {
  const [other] = await storage.list(MODELS_PREFIX, 1);
  if (other !== undefined)
    throw new Failure(
      `${storage.describe(MODELS_PREFIX)} holds objects (${other.key} is one), but no snapshot of this system`,
      "check bucket and prefix; move those objects away if they are of no use",
    );
  const [deleted] = await storage.deleted(MODELS_PREFIX);
  if (deleted !== undefined)
    throw new Failure(
      `${storage.describe(MODELS_PREFIX)} held snapshots that were deleted (${deleted} is one)`,
      "remove their delete markers to bring them back, then run the restore again",
    );
}

function leaveEmpty(
  { directory, storage, permitInitialise }: ModelRestorePlan,
  log: (line: string) => void,
): ModelRestoreReport {
  if (!permitInitialise)
    throw new Failure(
      `${storage.describe(MODELS_PREFIX)} holds no committed snapshot, and there is no permit to start without models`,
      "check the bucket; only if this is the very first start, permit it once (lstm-pfd:initialise true)",
    );
  log(`left empty, with a permit: put the first checkpoint into ${directory}`);
  return { action: "left empty" };
}

async function download(
  { directory, storage }: ModelRestorePlan,
  manifest: ModelManifest,
  log: (line: string) => void,
): Promise<void> {
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
      await retry(3, mayPass, log, () => fetchFile(storage, keys.file(file.path), file, target));
      log(`fetched ${file.path} (${formatBytes(file.sizeBytes)})`);
    });
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

function mayPass(error: unknown): boolean {
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

async function isWhole(path: string, { sizeBytes, sha256 }: ManifestFile): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return (
    found?.isFile() === true &&
    found.size === sizeBytes &&
    (await sha256Of(createReadStream(path))) === sha256
  );
}

async function fetchFile(
  storage: ObjectStorage,
  key: string,
  file: ManifestFile,
  target: string,
): Promise<void> {
  const remedy =
    "bring back its former version (the bucket keeps versions), or choose an older snapshot (lstm-pfd:restoreModels)";
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

/** Files first, then what leads to them. The checkpoint in use comes last: while it is missing, the restore counts as unfinished. */
async function putIntoPlace(directory: string, modelFile: string, manifest: ModelManifest): Promise<void> {
  const incoming = join(directory, INCOMING);
  const moves = manifest.files.map(({ path }) => ({
    path,
    put: () => rename(join(incoming, path), join(directory, path)),
  }));
  const links = (manifest.links ?? []).map(({ path, target }) => ({
    path,
    put: () => putLink(directory, path, target),
  }));
  const steps = [...moves, ...links];
  const isLast = ({ path }: { path: string }): boolean => path === modelFile;
  for (const step of [...steps.filter((each) => !isLast(each)), ...steps.filter(isLast)]) {
    const folder = dirname(join(directory, step.path));
    await mkdir(folder, { recursive: true });
    await step.put();
    await syncDirectory(folder);
  }
  await rm(incoming, { recursive: true, force: true });
}

/** Relative, so that it leads to the same wherever the directory is mounted. */
async function putLink(directory: string, path: string, target: string): Promise<void> {
  const link = join(directory, path);
  // Left by a restore that was stopped.
  await rm(link, { force: true });
  await symlink(relative(dirname(link), join(directory, target)), link);
}
