import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { supersededTag } from "../../plan/lifecycle";
import { snapshotKeys, snapshotTime } from "./modelManifest";
import { listSnapshots } from "./modelSnapshots";

/** A snapshot, as far as expiry goes. */
export interface ExpirableSnapshot {
  name: string;
  committed: boolean;
  /** Written by an older system, in its own form: never read back here, and never touched. */
  foreign: boolean;
}

/** Why a snapshot stays or goes. */
export interface SnapshotFate {
  name: string;
  superseded: boolean;
  why: string;
}

/** This many committed snapshots are never given up. */
const FLOOR = 2;
/** A snapshot under way is not an abandoned one. */
const ABANDONED_AFTER_MS = 24 * 3600 * 1000;

/**
 * Sorts snapshots into those that newer committed ones have replaced and the others.
 * @param snapshots oldest first
 */
export function planModelExpiry(snapshots: readonly ExpirableSnapshot[], now: Date): SnapshotFate[] {
  const committed = snapshots.filter((snapshot) => snapshot.committed).map(({ name }) => name);
  const floor = committed.slice(-FLOOR);
  const newest = committed.at(-1);
  return snapshots.map(({ name, committed: isCommitted, foreign }) => {
    const stays = (why: string): SnapshotFate => ({ name, superseded: false, why });
    if (isCommitted)
      return floor.includes(name)
        ? stays(name === newest ? "the newest committed one" : `one of the newest ${FLOOR} committed ones`)
        : { name, superseded: true, why: `replaced by ${floor[0] ?? ""}` };
    if (foreign) return stays("not written by this system");
    if (newest === undefined || newest < name) return stays("not committed, and nothing newer is");
    if (now.getTime() - snapshotTime(name).getTime() < ABANDONED_AFTER_MS) return stays("may be under way");
    return { name, superseded: true, why: `never committed, and ${newest} is` };
  });
}

/**
 * Marks the objects of replaced snapshots for the bucket's lifecycle rule. Deletes nothing itself.
 * @throws Failure when there is no committed snapshot
 */
export async function expireModels(
  storage: ObjectStorage,
  log: (line: string) => void,
  now = new Date(),
): Promise<{ kept: string[]; superseded: string[] }> {
  const snapshots = await Promise.all(
    (await listSnapshots(storage)).map(async (snapshot) => ({
      ...snapshot,
      foreign: !snapshot.committed && (await isForeign(storage, snapshot.name)),
    })),
  );
  if (!snapshots.some(({ committed }) => committed))
    throw new Failure(
      `nothing was marked in ${storage.describe("models/")}: there is no committed snapshot`,
      "find out why there is none; run backup-models always, then this again",
    );
  const fates = planModelExpiry(snapshots, now);
  for (const { name, superseded, why } of fates) {
    if (superseded)
      for (const { key } of await storage.list(snapshotKeys(name).prefix))
        await storage.tag(key, supersededTag);
    log(`${superseded ? "superseded" : "kept"}: ${name} (${why})`);
  }
  return {
    kept: fates.filter(({ superseded }) => !superseded).map(({ name }) => name),
    superseded: fates.filter(({ superseded }) => superseded).map(({ name }) => name),
  };
}

/** The system before this one wrote manifests that list no files. */
async function isForeign(storage: ObjectStorage, name: string): Promise<boolean> {
  const manifest = await storage.readText(snapshotKeys(name).manifest);
  if (manifest === undefined) return false;
  try {
    return !Array.isArray((JSON.parse(manifest.text) as { files?: unknown } | null)?.files);
  } catch {
    return true;
  }
}
