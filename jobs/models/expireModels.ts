import { Failure } from "../../lib/failure";
import type { ObjectStorage } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { notSupersededTag, supersededTag } from "../../plan/lifecycle";
import { isLegacyManifest } from "./legacySnapshot";
import { isOfTheFuture, snapshotKeys, snapshotTime } from "./modelManifest";
import { committedNames, type ListedSnapshot, listSnapshots } from "./modelSnapshots";

/** A snapshot, as far as expiry goes. */
export interface ExpirableSnapshot extends ListedSnapshot {
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
 * Sorts snapshots into those that newer committed ones have replaced and the others. An unconfirmed one replaces none, and one whose
 * name is from the future neither replaces nor is replaced.
 * @param snapshots oldest first
 * @param now by the store's clock
 */
export function planModelExpiry(snapshots: readonly ExpirableSnapshot[], now: Date): SnapshotFate[] {
  const committed = committedNames(snapshots, now);
  const floor = committed.slice(-FLOOR);
  const [oldestKept] = floor;
  const newest = committed.at(-1);
  return snapshots.map(({ name, foreign, ...is }) => {
    const stays = (why: string): SnapshotFate => ({ name, superseded: false, why });
    const goes = (why: string): SnapshotFate => ({ name, superseded: true, why });
    if (foreign) return stays("not written by this system");
    if (isOfTheFuture(name, now)) return stays("its name is from the future");
    if (is.committed)
      return floor.includes(name)
        ? stays(name === newest ? "the newest committed one" : `one of the newest ${FLOOR} committed ones`)
        : goes(`replaced by ${oldestKept ?? ""}`);
    if (is.unconfirmed)
      return floor.length === FLOOR && oldestKept !== undefined && oldestKept > name
        ? goes(`never confirmed, and ${FLOOR} newer ones are committed`)
        : stays("unconfirmed: it counts once somebody says so");
    if (newest === undefined || newest < name) return stays("not committed, and nothing newer is");
    if (now.getTime() - snapshotTime(name).getTime() < ABANDONED_AFTER_MS) return stays("may be under way");
    return goes(`never committed, and ${newest} is`);
  });
}

/** What an expiry has done. */
export interface ExpiryReport {
  kept: string[];
  superseded: string[];
  /** Kept ones that had been marked, and are so no longer: a newer one is gone. */
  unmarked: string[];
  /** They wait for somebody to confirm them. */
  unconfirmed: string[];
}

/**
 * Marks the objects of replaced snapshots for the bucket's lifecycle rule, after taking the mark from all that is kept. Deletes nothing
 * itself.
 * @param now @default by the store's clock
 * @throws Failure when there is no committed snapshot, or the store does not say what time it is
 */
export async function expireModels(
  storage: ObjectStorage,
  log: (line: string) => void,
  now?: Date,
): Promise<ExpiryReport> {
  const snapshots: ExpirableSnapshot[] = [];
  for (const snapshot of await listSnapshots(storage))
    snapshots.push({ ...snapshot, foreign: await isForeign(storage, snapshot) });
  const time = now ?? storeTimeOf(storage);
  if (committedNames(snapshots, time).length === 0)
    throw new Failure(
      `nothing was marked in ${storage.describe("models/")}: there is no committed snapshot`,
      "find out why there is none; run backup-models always, then this again",
    );
  const fates = planModelExpiry(snapshots, time);
  const named = (wanted: boolean): string[] =>
    fates.filter(({ superseded }) => superseded === wanted).map(({ name }) => name);
  // First what must not expire: whoever dies between the two has only marked too little.
  const unmarked: string[] = [];
  for (const name of named(false)) if (await unmark(storage, name)) unmarked.push(name);
  for (const name of named(true))
    for (const { key } of await storage.list(snapshotKeys(name).prefix))
      await storage.tag(key, supersededTag);
  for (const { name, superseded, why } of fates)
    log(`${superseded ? "superseded" : "kept"}: ${name} (${why})`);
  for (const name of unmarked) log(`no longer superseded: ${name}`);
  return {
    kept: named(false),
    superseded: named(true),
    unmarked,
    unconfirmed: snapshots.filter(({ unconfirmed }) => unconfirmed).map(({ name }) => name),
  };
}

/** Takes the mark from each object of a snapshot. @returns whether one had it */
async function unmark(storage: ObjectStorage, name: string): Promise<boolean> {
  let found = false;
  for (const { key } of await storage.list(snapshotKeys(name).prefix)) {
    const tags = await storage.tags(key);
    if (tags["superseded"] !== supersededTag.superseded) continue;
    await storage.tag(key, { ...tags, ...notSupersededTag });
    found = true;
  }
  return found;
}

/** What a run of this system has begun says so; so does a manifest that lists files. */
async function isForeign(
  storage: ObjectStorage,
  { name, committed, unconfirmed }: ListedSnapshot,
): Promise<boolean> {
  if (committed || unconfirmed) return false;
  const { begun, manifest } = snapshotKeys(name);
  if ((await storage.list(begun, 1)).some(({ key }) => key === begun)) return false;
  return isLegacyManifest((await storage.readText(manifest))?.text);
}
