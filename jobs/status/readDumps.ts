import { Failure } from "../../lib/failure";
import { dumpLayout, dumpTime } from "../../plan/dumpNames";
import { dumpsPrefix } from "../../plan/repository";
import type { DumpsFacts, NamedBackup } from "../../plan/status/facts";
import { applicationRows } from "../dumps/databaseFacts";
import { dumpKeysOf, rowsOf, sumOfRows } from "../dumps/dumpManifest";
import { readListedDump } from "../dumps/dumpStore";
import { bytesOf } from "../models/fileSet";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { newestGood } from "./newestGood";

/** As many good ones as are never given up. */
const limits = { wanted: 2, most: 32, atOnce: 4 };
/** A clock may be so much ahead. */
const TOLERATED_MS = 3600 * 1000;

type Storage = Pick<ObjectStorage, "level" | "list" | "readText" | "describe" | "storeTime">;

type Seen = NamedBackup & { rows: number; tables: number; why?: string; committed: boolean };

/**
 * Looks at the portable dumps: at the names of all, and at records, manifests and sizes of the newest ones, until two good ones are found.
 * Nothing of the archives is read.
 * @throws ObjectStorageError
 */
export async function readDumps(storage: Storage): Promise<DumpsFacts> {
  const level = await storage.level(dumpsPrefix);
  const own = level.folders.filter((name) => dumpLayout(name) === "own").sort();
  const now = storage.storeTime;
  const isOfFuture = (name: string): boolean =>
    now !== undefined && (dumpTime(name)?.getTime() ?? Infinity) > now.getTime() + TOLERATED_MS;
  const { seen, gaveUp } = await newestGood(
    own.filter((name) => !isOfFuture(name)),
    limits,
    (name) => look(storage, name),
    isGood,
  );
  const [newest, before] = seen.filter(isGood);
  const [oldest] = own;
  const newer = newest === undefined ? seen : seen.slice(0, seen.indexOf(newest));
  return {
    ...(newest === undefined
      ? {}
      : { newest: { ...named(newest), rows: newest.rows, tables: newest.tables } }),
    ...(before === undefined ? {} : { before: named(before) }),
    // One that is not committed may be under way, and is missed soon enough where it is not.
    notCounting: newer
      .filter(({ committed }) => committed)
      .map(({ name, why }) => ({ name, why: why ?? "it holds no row" })),
    ofFuture: own.filter(isOfFuture),
    count: own.length,
    plain: level.objects.filter(({ key }) => dumpLayout(key.slice(dumpsPrefix.length)) === "plain").length,
    ...(oldest === undefined ? {} : { oldest: { name: oldest, takenAt: dumpTime(oldest) ?? new Date(0) } }),
    gaveUp,
  };
}

function isGood({ committed, rows, why }: Seen): boolean {
  return committed && why === undefined && rows > 0;
}

function named({ name, takenAt, sizeBytes }: Seen): NamedBackup {
  return { name, takenAt, sizeBytes };
}

async function look(storage: Storage, name: string): Promise<Seen> {
  const keys = dumpKeysOf(name);
  const objects = await storage.list(keys.prefix);
  const seen: Seen = {
    name,
    takenAt: dumpTime(name) ?? new Date(0),
    sizeBytes: bytesOf(objects),
    rows: 0,
    tables: 0,
    committed: objects.some(({ key }) => key === keys.committed),
  };
  if (!seen.committed) return seen;
  try {
    const manifest = await readListedDump(storage, { name, objects });
    return { ...seen, rows: sumOfRows(applicationRows(rowsOf(manifest))), tables: manifest.tables.length };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof ObjectStorageError) throw error;
    return { ...seen, why: error.what };
  }
}
