import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readCheckpointHeader } from "./checkpoint";
import { concurrently } from "../../lib/concurrently";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { retry } from "../../lib/retry";
import { defaultShrinkPercent } from "../../plan/backupClasses";
import { type SomePaths, somePaths } from "../../plan/modelExchange";
import { type CheckpointFile, fileVersion, readCheckpointFile } from "./checkpointFiles";
import { type CheckpointListing, listCheckpoints } from "./checkpointListing";
import { bytesOf } from "./fileSet";
import { type LatestReport, refreshLatest } from "./latestCopy";
import {
  fileBehind,
  isOfTheFuture,
  type ModelManifest,
  sameFiles,
  snapshotKeys,
  snapshotName,
  snapshotTime,
  type SnapshotSummary,
} from "./modelManifest";
import { committedNames, type ListedSnapshot, listSnapshots, readManifest } from "./modelSnapshots";
import { publish, readBack, writeNew } from "./publishSnapshot";
import { shrinkage } from "./shrinkage";

/** What a snapshot needs. */
export interface SnapshotPlan {
  /** "changed": nothing is done when a young snapshot that was read back holds the same files. */
  requested: "always" | "changed";
  directory: string;
  /** Path of the checkpoint in use, beneath `directory`. */
  modelFile: string;
  storage: ObjectStorage;
  /** Share by which a snapshot may be smaller than the one before and still counts by itself. @default 50 */
  shrinkPercent?: number;
  /** Milliseconds that a file must have rested, because a slow write has pauses. @default 2000 */
  restMs?: number;
  /** Now, for tests. @default by the store's clock, so that no snapshot gets a name from the future */
  now?: () => Date;
}

/** What a new snapshot holds, and what it does not. */
interface SnapshotContents extends SnapshotSummary {
  /** What is in the directory and not in the snapshot, with the reason. */
  leftOut: string[];
  /** Files of a format that does not tell whether they are whole: only their bytes were compared. */
  bytesOnly: SomePaths;
}

/** What became of it. */
export type SnapshotReport =
  /** `unconfirmed`: the snapshot with the same files still waits for somebody to confirm it. */
  | { action: "unchanged"; name: string; unconfirmed: boolean; latest: LatestReport }
  | ({ action: "committed"; latest: LatestReport } & SnapshotContents)
  /** It was read back, and is suspiciously small: it supersedes nothing until somebody says so. */
  | ({ action: "unconfirmed"; reason: string; remedy: string } & SnapshotContents);

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
 * Copies the checkpoints into a new snapshot, each of which must be whole by its own format, reads every object back, and only then commits
 * it, moves the pointer and brings `models/latest/` along. Files that change meanwhile are copied again: a snapshot is never torn. One that
 * is suspiciously small is published, and not committed.
 */
export async function backupModels(plan: SnapshotPlan, log: (line: string) => void): Promise<SnapshotReport> {
  const run = randomUUID();
  return retry(
    ATTEMPTS,
    (error) => error instanceof FileChanged,
    log,
    () => takeSnapshot(plan, run, log),
    plan.restMs ?? REST_MS,
  ).catch((error: unknown) => {
    if (!(error instanceof FileChanged)) throw error;
    throw new Failure(
      `no snapshot was taken: ${reasonOf(error)}, in each of ${ATTEMPTS} attempts`,
      "write checkpoints beside the old file and rename them into place, or run this when nobody writes",
    );
  });
}

/** @param run tells it from another one that takes the same name */
async function takeSnapshot(
  plan: SnapshotPlan,
  run: string,
  log: (line: string) => void,
): Promise<SnapshotReport> {
  const { storage } = plan;
  const start = Date.now();
  const found = await readCheckpoints(plan);
  const { read: files, leftOut } = found;
  log(`${files.length} files, ${formatBytes(bytesOf(files))}, ${found.links.length} links`);
  for (const what of leftOut) log(`left out: ${what}`);
  for (const { path, state } of files)
    if (state.state === "unknown") log(`only bytes compared: ${path}: ${state.why}`);
  const snapshots = await listSnapshots(storage);
  const now = plan.now?.() ?? storage.storeTime ?? new Date();
  if (plan.requested === "changed") {
    const same = await youngSame(storage, found, snapshots, now);
    if (same !== undefined) {
      const { name, unconfirmed } = same;
      log(`nothing to do: ${name} holds the same files${unconfirmed ? ", and is unconfirmed" : ""}`);
      return { action: "unchanged", name, unconfirmed, latest: await refreshLatest(storage, now, log) };
    }
  }
  const name = snapshotName(now);
  const manifest = await describeSnapshot(plan, name, now, found);
  await writeNew(storage, snapshotKeys(name).begun, { backup_name: name, run });
  await upload(plan, name, found, log);
  await readBack(storage, manifest, log);
  const committed = committedNames(snapshots, now);
  const reason = await shrinkage(
    storage,
    committed,
    manifest,
    plan.shrinkPercent ?? defaultShrinkPercent,
    log,
  );
  await publish(storage, manifest, reason, now);
  const contents = {
    name,
    files: files.length,
    totalBytes: manifest.total_bytes,
    seconds: secondsSince(start),
    nonce: manifest.nonce ?? null,
    leftOut,
    bytesOnly: somePaths(files.filter(({ state }) => state.state === "unknown").map(({ path }) => path)),
  };
  const where = storage.describe(snapshotKeys(name).prefix);
  if (reason !== undefined) {
    const remedy = `if that is right, \`npm run backup -- models --confirm ${name}\`; until then ${committed.at(-1) ?? "none"} stays the newest good one`;
    log(`published as unconfirmed: ${where}: ${reason}; ${remedy}`);
    return { action: "unconfirmed", reason, remedy, ...contents };
  }
  log(`committed: ${where} in ${contents.seconds} s`);
  return { action: "committed", ...contents, latest: await refreshLatest(storage, now, log) };
}

async function readCheckpoints({
  directory,
  modelFile,
  restMs = REST_MS,
}: SnapshotPlan): Promise<Checkpoints> {
  const listing = await listCheckpoints(directory);
  const files: CheckpointFile[] = [];
  for (const path of listing.files)
    try {
      const { modifiedAt, sizeBytes } = await fileVersion(join(directory, path));
      refuseTooLarge(join(directory, path), sizeBytes);
      const rested = Date.now() - modifiedAt.getTime();
      // A time in the future is another clock's, not a write.
      if (rested >= 0 && rested < restMs) await sleep(restMs - rested);
      files.push(await readCheckpointFile(directory, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new FileChanged(`${path} was removed while it was read`);
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
  await refuseNotWhole(directory, files, restMs);
  return { ...listing, read: files };
}

/** How many are named. */
const NAMED = 5;

/**
 * @throws Failure when a file is not whole; FileChanged when somebody is still writing it
 */
async function refuseNotWhole(
  directory: string,
  files: readonly CheckpointFile[],
  restMs: number,
): Promise<void> {
  const broken = files.flatMap((file) =>
    file.state.state === "not whole" ? [{ ...file, problem: file.state.problem }] : [],
  );
  if (broken.length === 0) return;
  await sleep(restMs);
  for (const file of broken) await requireUnchanged(directory, file);
  const named = broken.slice(0, NAMED).map(({ path, problem }) => `${join(directory, path)} ${problem}`);
  const more = broken.length > NAMED ? ` (and ${broken.length - NAMED} more)` : "";
  throw new Failure(
    `no snapshot was taken, and the newest good one stays the newest: ${named.join("; ")}${more}`,
    "write it anew or bring it back (`npm run restore -- models`), or move it out of the directory or to a name that ends in .part, which is left out; then run this again",
  );
}

/** @throws FileChanged */
async function requireUnchanged(directory: string, { path, version }: CheckpointFile): Promise<void> {
  const now = await fileVersion(join(directory, path)).catch(() => undefined);
  if (now?.version !== version) throw new FileChanged(`${path} was written while it was copied`);
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

/** The newest snapshot that was read back, when it is younger than a day and holds just these files. */
async function youngSame(
  storage: ObjectStorage,
  { read: files, links }: Checkpoints,
  snapshots: readonly ListedSnapshot[],
  now: Date,
): Promise<{ name: string; unconfirmed: boolean } | undefined> {
  const newest = snapshots
    .filter(({ name, committed, unconfirmed }) => (committed || unconfirmed) && !isOfTheFuture(name, now))
    .at(-1);
  if (newest === undefined || now.getTime() - snapshotTime(newest.name).getTime() >= DAY_MS) return undefined;
  const manifest = await readManifest(storage, newest.name).catch(() => undefined);
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
    files: files.map(({ path, sizeBytes, sha256, state }) => ({
      path,
      sizeBytes,
      sha256,
      format: formatText(state),
    })),
    ...(links.length === 0 ? {} : { links }),
    ...(leftOut.length === 0 ? {} : { left_out: leftOut }),
    total_bytes: bytesOf(files),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

function formatText(state: CheckpointFile["state"]): string {
  return state.state === "whole"
    ? state.format
    : `unknown: ${state.state === "unknown" ? state.why : state.problem}`;
}

async function upload(
  { directory, storage }: SnapshotPlan,
  name: string,
  { read, ...listing }: Checkpoints,
  log: (line: string) => void,
): Promise<void> {
  const keys = snapshotKeys(name);
  await concurrently(CONCURRENCY, read, async (file) => {
    try {
      await storage.writeFile(keys.file(file.path), join(directory, file.path), file.sizeBytes, file.sha256);
    } catch (error) {
      // A store that compares checksums refuses a file that has changed: that is not the store's fault.
      await requireUnchanged(directory, file);
      throw error;
    }
    log(`copied ${file.path} (${formatBytes(file.sizeBytes)})`);
  });
  // All together at one time, or not at all.
  for (const file of read) await requireUnchanged(directory, file);
  if (namesIn(await listCheckpoints(directory)) !== namesIn(listing))
    throw new FileChanged("files were added or removed while they were copied");
}

function namesIn({ files, links }: Pick<CheckpointListing, "files" | "links">): string {
  return JSON.stringify([files, links]);
}
