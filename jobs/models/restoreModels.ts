import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Failure } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { syncDirectory } from "../../lib/syncDirectory";
import { formatState } from "./checkpointFormat";
import { INCOMING, observeCheckpoints } from "./checkpointListing";
import { listExchanges } from "./exchangeJournal";
import { downloadSnapshot } from "./downloadSnapshot";
import { type ModelManifest, MODELS_PREFIX, type SnapshotSummary } from "./modelManifest";
import { finishedBy, unfinishedOf, whatIsHalfDone } from "./unfinished";
import { wantedSnapshot } from "./wantedSnapshot";

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
  | { action: "kept" }
  | { action: "left empty" }
  /** `warnings`: what a person should know of the snapshot, a sentence each. */
  | ({ action: "restored"; warnings: string[] } & SnapshotSummary);

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
  if (found === "partial") await refusePartial(directory, modelFile);

  const start = Date.now();
  const snapshot = await wantedSnapshot(plan, log);
  if (snapshot === undefined) {
    await refuseTraces(storage);
    return leaveEmpty(plan, log);
  }
  const { manifest } = snapshot;
  const { backup_name: name } = manifest;
  log(`restoring ${name}: ${manifest.files.length} files, ${formatBytes(manifest.total_bytes)}`);
  const notWhole = await downloadSnapshot(plan, manifest, log);
  for (const warning of notWhole) log(`warning: ${warning}`);
  await putIntoPlace(directory, modelFile, manifest);
  const seconds = secondsSince(start);
  log(`in place after ${seconds} s`);
  return {
    action: "restored",
    name,
    files: manifest.files.length,
    totalBytes: manifest.total_bytes,
    seconds,
    nonce: manifest.nonce ?? null,
    warnings: [...snapshot.warnings, ...notWhole],
  };
}

async function refusePartial(directory: string, modelFile: string): Promise<never> {
  const unfinished = unfinishedOf(await listExchanges(directory));
  throw new Failure(
    `${directory} holds files, but ${modelFile}, the checkpoint in use, is missing or empty`,
    unfinished === undefined
      ? "move its content away (keep it until the models are back), then run the restore again"
      : `${whatIsHalfDone(unfinished)}: ${finishedBy(unfinished.journal)}`,
  );
}

/** Of a format that is not known here, the size has to do. */
async function refuseDamaged(file: string): Promise<void> {
  const format = await formatState(file);
  if (format.state === "not whole")
    throw new Failure(
      `checkpoint ${file}: ${format.problem}`,
      "move it away, with all else in its directory, then run the restore again",
    );
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
