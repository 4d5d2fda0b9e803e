import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCheckpointHeader } from "./checkpoint";
import { concurrently } from "../../lib/concurrently";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { retry } from "../../lib/retry";
import {
  type CheckpointFile,
  fileVersion,
  listCheckpoints,
  readCheckpointFile,
  sha256Of,
} from "./checkpointFiles";
import {
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
  { action: "unchanged"; name: string } | ({ action: "committed" } & SnapshotSummary);

const DAY_MS = 24 * 3600 * 1000;
/** One request carries at most this. */
const MAX_FILE_BYTES = 5 * 1024 ** 3;
const ATTEMPTS = 4;
const CONCURRENCY = 2;
const REST_MS = 2000;

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
      const files = await readCheckpoints(plan);
      const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      log(`${files.length} files, ${formatBytes(totalBytes)}`);
      if (plan.requested === "changed") {
        const same = await youngSame(plan, files);
        if (same !== undefined) {
          log(`nothing to do: ${same} holds the same files`);
          return { action: "unchanged", name: same };
        }
      }
      const now = plan.now?.() ?? new Date();
      const name = snapshotName(now);
      const manifest = await describeSnapshot(plan, name, now, files);
      await upload(plan, name, files, log);
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

async function readCheckpoints({
  directory,
  modelFile,
  restMs = 2000,
}: SnapshotPlan): Promise<CheckpointFile[]> {
  const files: CheckpointFile[] = [];
  for (const path of await listCheckpoints(directory)) {
    const { modifiedAt } = await fileVersion(join(directory, path));
    const rested = Date.now() - modifiedAt.getTime();
    // A time in the future is another clock's, not a write.
    if (rested >= 0 && rested < restMs) await sleep(restMs - rested);
    files.push(await readCheckpointFile(directory, path));
  }
  const model = files.find(({ path }) => path === modelFile);
  if (model === undefined || model.sizeBytes === 0)
    throw new Failure(
      `${join(directory, modelFile)} ${model === undefined ? "does not exist" : "is empty"}: a snapshot without the checkpoint in use is none`,
      "check MODEL_PATH and whether the volume is the right one",
    );
  const large = files.find(({ sizeBytes }) => sizeBytes > MAX_FILE_BYTES);
  if (large !== undefined)
    throw new Failure(
      `${join(directory, large.path)} has ${formatBytes(large.sizeBytes)}, and one object takes at most ${formatBytes(MAX_FILE_BYTES)}`,
      "split the checkpoint, or move it out of the directory",
    );
  return files;
}

/** Name of the newest committed snapshot, when it is younger than a day and holds just these files. */
async function youngSame(plan: SnapshotPlan, files: readonly CheckpointFile[]): Promise<string | undefined> {
  const newest = (await listSnapshots(plan.storage)).filter(({ committed }) => committed).at(-1)?.name;
  const now = plan.now?.() ?? new Date();
  if (newest === undefined || now.getTime() - snapshotTime(newest).getTime() >= DAY_MS) return undefined;
  const manifest = await readManifest(plan.storage, newest).catch(() => undefined);
  return manifest !== undefined && sameFiles(manifest.files, files) ? newest : undefined;
}

async function describeSnapshot(
  { directory, modelFile }: SnapshotPlan,
  name: string,
  now: Date,
  files: readonly CheckpointFile[],
): Promise<ModelManifest> {
  // Files of another format carry no mark.
  const header = await readCheckpointHeader(join(directory, modelFile)).catch(() => undefined);
  const nonce = header?.metadata.nonce;
  return {
    backup_name: name,
    timestamp: now.toISOString(),
    model_file: modelFile,
    files: files.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
    total_bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

async function upload(
  { directory, storage }: SnapshotPlan,
  name: string,
  files: readonly CheckpointFile[],
  log: (line: string) => void,
): Promise<void> {
  const keys = snapshotKeys(name);
  const unchanged = async (file: CheckpointFile): Promise<void> => {
    const now = await fileVersion(join(directory, file.path)).catch(() => undefined);
    if (now?.version !== file.version) throw new FileChanged(`${file.path} was written while it was copied`);
  };
  await concurrently(CONCURRENCY, files, async (file) => {
    await retry(
      3,
      (error) => error instanceof ObjectStorageError && error.transient,
      log,
      async () => {
        const content = createReadStream(join(directory, file.path));
        try {
          await storage.writeStream(keys.file(file.path), content, file.sizeBytes, file.sha256);
        } catch (error) {
          // A store that compares checksums refuses a file that has changed: that is not the store's fault.
          await unchanged(file);
          throw error;
        } finally {
          content.destroy();
        }
      },
    );
    log(`copied ${file.path} (${formatBytes(file.sizeBytes)})`);
  });
  // All together at one time, or not at all.
  for (const file of files) await unchanged(file);
  if ((await listCheckpoints(directory)).length !== files.length)
    throw new FileChanged("files were added or removed while they were copied");
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
  if (!sameFiles(written.files, manifest.files))
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
