import { Failure, reasonOf } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import {
  isOfTheFuture,
  isSnapshotName,
  MODELS_PREFIX,
  type ModelManifest,
  parseManifest,
  snapshotKeys,
} from "./modelManifest";
import { byConfiguration } from "./chosenBy";

type Storage = Pick<ObjectStorage, "list" | "folders" | "readText" | "writeText" | "describe">;

/** Key of the pointer to the newest committed snapshot. */
export const LATEST_KEY = `${MODELS_PREFIX}latest.json`;

/** A snapshot, as the bucket lists it. */
export interface ListedSnapshot {
  name: string;
  /** It was read back, and counts. */
  committed: boolean;
  /** It was read back, and counts once somebody says so. Never both. */
  unconfirmed: boolean;
}

/** All snapshots by name, oldest first. */
export async function listSnapshots(storage: Storage): Promise<ListedSnapshot[]> {
  const names = (await storage.folders(MODELS_PREFIX)).filter(isSnapshotName);
  const isThere = async (record: string): Promise<boolean> =>
    (await storage.list(record, 1)).some(({ key }) => key === record);
  const snapshots: ListedSnapshot[] = [];
  for (const name of names) {
    const keys = snapshotKeys(name);
    const committed = await isThere(keys.committed);
    snapshots.push({ name, committed, unconfirmed: !committed && (await isThere(keys.unconfirmed)) });
  }
  return snapshots;
}

/**
 * Names of the snapshots that count, oldest first.
 * @param snapshots oldest first
 * @param now by the store's clock; undefined where it does not say
 */
export function committedNames(snapshots: readonly ListedSnapshot[], now: Date | undefined): string[] {
  return snapshots
    .filter(({ name, committed }) => committed && !isOfTheFuture(name, now))
    .map(({ name }) => name);
}

/** Name of the snapshot that the pointer names; undefined when there is no pointer. */
export async function readLatest(storage: Storage): Promise<{ name: string; etag: string } | undefined> {
  const object = await storage.readText(LATEST_KEY);
  if (object === undefined) return undefined;
  try {
    const { backup_name } = JSON.parse(object.text) as { backup_name?: unknown };
    if (typeof backup_name === "string" && isSnapshotName(backup_name))
      return { name: backup_name, etag: object.etag };
  } catch {
    // Told below.
  }
  throw new Failure(
    `${storage.describe(LATEST_KEY)} does not name a snapshot`,
    "remove it: the newest committed snapshot is then found by its name",
  );
}

/**
 * Lets the pointer name a snapshot, unless it names a newer one already. A name from the future is none.
 * @param now by the store's clock; undefined where it does not say
 * @throws Failure when others move it all the time
 */
export async function moveLatest(storage: Storage, name: string, now: Date | undefined): Promise<void> {
  const text = `${JSON.stringify({ backup_name: name, timestamp: new Date().toISOString() })}\n`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const latest = await readLatest(storage);
    if (latest !== undefined && latest.name >= name && !isOfTheFuture(latest.name, now)) return;
    const condition = latest === undefined ? ({ ifAbsent: true } as const) : { ifMatch: latest.etag };
    if (await storage.writeText(LATEST_KEY, text, condition)) return;
  }
  throw new Failure(
    `${storage.describe(LATEST_KEY)} was changed by others each time it was to name ${name}`,
    "check that only one cluster writes these snapshots",
  );
}

/**
 * Reads the manifest of a snapshot.
 * @param chosenBy how a person chooses another one
 * @throws Failure when it is missing or damaged
 */
export async function readManifest(
  storage: Storage,
  name: string,
  chosenBy: string = byConfiguration,
): Promise<ModelManifest> {
  const { manifest } = snapshotKeys(name);
  const remedy = `bring back its former version, or choose an older snapshot (${chosenBy}), then run the restore again`;
  const object = await storage.readText(manifest);
  if (object === undefined) throw new Failure(`${storage.describe(manifest)} is missing`, remedy);
  try {
    return parseManifest(object.text);
  } catch (error) {
    throw new Failure(`${storage.describe(manifest)} is damaged: ${reasonOf(error)}`, remedy);
  }
}
