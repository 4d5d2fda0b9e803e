import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCheckpointHeader } from "./checkpoint";
import { concurrently } from "../../lib/concurrently";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { retry } from "../../lib/retry";
import { type CheckpointFile, fileVersion, readCheckpointFile, sha256Of } from "./checkpointFiles";
import { type CheckpointListing, listCheckpoints } from "./checkpointListing";
import { bytesOf } from "./fileSet";
import {
  fileBehind,
  type ModelManifest,
  sameFiles,
  snapshotKeys,
  snapshotName,
  snapshotTime,
  type SnapshotSummary,
} from "./modelManifest";
import { listSnapshots, moveLatest, readManifest } from "./modelSnapshots";

/** What a snapshot needs. */
export interface SnapshotPlan {
  /** "changed": nothing is done when a young committed snapshot holds the same files. */
  requested: "always" | "changed";
  directory: string;
  /** Path of the checkpoint in use, beneath `directory`. */
  modelFile: string;
  storage: ObjectStorage;
  /** Milliseconds that a file must have rested, because a slow write has pauses. @default 2000 */
  restMs?: number;
  /** Now, for tests. */
  now?: () => Date;
}

/** What became of it. */
export type SnapshotReport =
  | { action: "unchanged"; name: string }
  /** `leftOut`: what is in the directory and not in the snapshot, with the reason. */
  | ({ action: "committed"; leftOut: string[] } & SnapshotSummary);

const DAY_MS = 24 * 3600 * 1000;
/** An object has at most this. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_FILE_BYTES = 5 * 1024 ** 4;
const ATTEMPTS = 4;
const CONCURRENCY = 2;
const REST_MS = 2000;

/** The files of a snapshot, as they were read, and what else the directory holds. */
interface Checkpoints extends CheckpointListing {
  read: CheckpointFile[];
}

/** A file was written while it was copied. */
class FileChanged extends Error {}

/**
 * Copies the checkpoints into a new snapshot, reads every object back, and only then commits it and moves the pointer. Files
 * that change meanwhile are copied again: a snapshot is never torn.
 */
export async function backupModels(plan: SnapshotPlan, log: (line: string) => void): Promise<SnapshotReport> {
  const { storage } = plan;
  return retry(
    ATTEMPTS,
    (error) => error instanceof FileChanged,
    log,
    async (): Promise<SnapshotReport> => {
      const start = Date.now();
      const found = await readCheckpoints(plan);
      const { read: files, leftOut } = found;
      const totalBytes = bytesOf(files);
      log(`${files.length} files, ${formatBytes(totalBytes)}, ${found.links.length} links`);
      for (const what of leftOut) log(`left out: ${what}`);
      if (plan.requested === "changed") {
        const same = await youngSame(plan, found);
        if (same !== undefined) {
          log(`nothing to do: ${same} holds the same files`);
          return { action: "unchanged", name: same };
        }
      }
      const now = plan.now?.() ?? new Date();
      const name = snapshotName(now);
      const manifest = await describeSnapshot(plan, name, now, found);
      await upload(plan, name, found, log);
      await readBack(storage, manifest, log);
      await publish(storage, manifest);
      const seconds = secondsSince(start);
      log(`committed: ${storage.describe(snapshotKeys(name).prefix)} in ${seconds} s`);
      return {
        action: "committed",
        name,
        files: files.length,
        totalBytes,
        seconds,
        nonce: manifest.nonce ?? null,
        leftOut,
      };
    },
    plan.restMs ?? REST_MS,
  ).catch((error: unknown) => {
    if (!(error instanceof FileChanged)) throw error;
    throw new Failure(
      `no snapshot was taken: ${reasonOf(error)}, in each of ${ATTEMPTS} attempts`,
      "write checkpoints beside the old file and rename them into place, or run this when nobody writes",
    );
  });
}

async function readCheckpoints({ directory, modelFile, restMs = 2000 }: SnapshotPlan): Promise<Checkpoints> {
  const listing = await listCheckpoints(directory);
  const files: CheckpointFile[] = [];
  for (const path of listing.files) {
    const { modifiedAt, sizeBytes } = await fileVersion(join(directory, path));
    refuseTooLarge(join(directory, path), sizeBytes);
    const rested = Date.now() - modifiedAt.getTime();
    // A time in the future is another clock's, not a write.
    if (rested >= 0 && rested < restMs) await sleep(restMs - rested);
    files.push(await readCheckpointFile(directory, path));
  }
  const model = fileBehind({ files, links: listing.links }, modelFile);
  const why = listing.leftOut.find((what) => what.startsWith(`${modelFile}: `))?.slice(modelFile.length + 2);
  if (model === undefined || model.sizeBytes === 0)
    throw new Failure(
      `${join(directory, modelFile)} ${model !== undefined ? "is empty" : why === undefined ? "does not exist" : `is left out (${why})`}: a snapshot without the checkpoint in use is none`,
      why === undefined
        ? "check MODEL_PATH and whether the volume is the right one"
        : "put the file itself into the directory, under a name that is neither hidden nor unfinished, then run this again",
    );
  return { ...listing, read: files };
}

/**
 * Refuses a file that no object can hold, before hours go into reading it.
 * @throws Failure
 */
export function refuseTooLarge(file: string, sizeBytes: number): void {
  if (sizeBytes > MAX_FILE_BYTES)
    throw new Failure(
      `${file} has ${formatBytes(sizeBytes)}, and one object takes at most ${formatBytes(MAX_FILE_BYTES)}`,
      "split the checkpoint, or move it out of the directory",
    );
}

/** Name of the newest committed snapshot, when it is younger than a day and holds just these files. */
async function youngSame(
  plan: SnapshotPlan,
  { read: files, links }: Checkpoints,
): Promise<string | undefined> {
  const newest = (await listSnapshots(plan.storage)).filter(({ committed }) => committed).at(-1)?.name;
  const now = plan.now?.() ?? new Date();
  if (newest === undefined || now.getTime() - snapshotTime(newest).getTime() >= DAY_MS) return undefined;
  const manifest = await readManifest(plan.storage, newest).catch(() => undefined);
  return manifest !== undefined && sameFiles(manifest, { files, links }) ? newest : undefined;
}

async function describeSnapshot(
  { directory, modelFile }: SnapshotPlan,
  name: string,
  now: Date,
  { read: files, links, leftOut }: Checkpoints,
): Promise<ModelManifest> {
  // Files of another format carry no mark.
  const header = await readCheckpointHeader(join(directory, modelFile)).catch(() => undefined);
  const nonce = header?.metadata.nonce;
  return {
    backup_name: name,
    timestamp: now.toISOString(),
    model_file: modelFile,
    files: files.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
    ...(links.length === 0 ? {} : { links }),
    ...(leftOut.length === 0 ? {} : { left_out: leftOut }),
    total_bytes: bytesOf(files),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

async function upload(
  { directory, storage }: SnapshotPlan,
  name: string,
  { read, ...listing }: Checkpoints,
  log: (line: string) => void,
): Promise<void> {
  const keys = snapshotKeys(name);
  const unchanged = async (file: CheckpointFile): Promise<void> => {
    const now = await fileVersion(join(directory, file.path)).catch(() => undefined);
    if (now?.version !== file.version) throw new FileChanged(`${file.path} was written while it was copied`);
  };
  await concurrently(CONCURRENCY, read, async (file) => {
    try {
      await storage.writeFile(keys.file(file.path), join(directory, file.path), file.sizeBytes, file.sha256);
    } catch (error) {
      // A store that compares checksums refuses a file that has changed: that is not the store's fault.
      await unchanged(file);
      throw error;
    }
    log(`copied ${file.path} (${formatBytes(file.sizeBytes)})`);
  });
  // All together at one time, or not at all.
  for (const file of read) await unchanged(file);
  if (namesIn(await listCheckpoints(directory)) !== namesIn(listing))
    throw new FileChanged("files were added or removed while they were copied");
}

function namesIn({ files, links }: Pick<CheckpointListing, "files" | "links">): string {
  return JSON.stringify([files, links]);
}

async function readBack(
  storage: ObjectStorage,
  manifest: ModelManifest,
  log: (line: string) => void,
): Promise<void> {
  const keys = snapshotKeys(manifest.backup_name);
  const start = Date.now();
  await concurrently(CONCURRENCY, manifest.files, async (file) => {
    const key = keys.file(file.path);
    const object = await storage.open(key);
    const sha256 = object === undefined ? "missing" : await sha256Of(object.content);
    if (sha256 !== file.sha256)
      throw new Failure(
        `${storage.describe(key)} is not what was written (sha256 ${sha256} instead of ${file.sha256})`,
        "the snapshot does not count; run the backup again",
      );
  });
  log(`read back without damage in ${secondsSince(start)} s`);
}

async function publish(storage: ObjectStorage, manifest: ModelManifest): Promise<void> {
  const keys = snapshotKeys(manifest.backup_name);
  await writeNew(storage, keys.manifest, manifest);
  const written = await readManifest(storage, manifest.backup_name);
  if (!sameFiles(written, manifest))
    throw new Failure(`${storage.describe(keys.manifest)} is not what was written`, "run the backup again");
  await writeNew(storage, keys.committed, {
    backup_name: manifest.backup_name,
    checked_at: new Date().toISOString(),
  });
  await moveLatest(storage, manifest.backup_name);
}

async function writeNew(storage: ObjectStorage, key: string, content: object): Promise<void> {
  if (await storage.writeText(key, `${JSON.stringify(content, undefined, 2)}\n`, { ifAbsent: true })) return;
  throw new Failure(
    `${storage.describe(key)} exists already: another backup has taken the same name`,
    "check that only one backup runs at a time, then run it again",
  );
}
