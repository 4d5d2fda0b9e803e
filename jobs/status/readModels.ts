import { reasonOf } from "../../lib/failure";
import type { ModelsFacts, NamedBackup } from "../../plan/status/facts";
import {
  isOfTheFuture,
  isSnapshotName,
  type ModelManifest,
  MODELS_PREFIX,
  parseManifest,
  snapshotKeys,
  snapshotTime,
} from "../models/modelManifest";
import type { ObjectStorage } from "../objectStorage";
import { newestGood } from "./newestGood";

/** As many committed ones as are never given up. */
const limits = { wanted: 2, most: 160, atOnce: 8 };

type Storage = Pick<ObjectStorage, "level" | "list" | "readText" | "describe" | "storeTime">;

interface Seen {
  name: string;
  committed: boolean;
  unconfirmed: boolean;
}

/**
 * Looks at the snapshots of the models: at the names of all, at the records of the newest ones until two committed ones are found, and at the
 * objects of the newest, which must be there with the sizes of its manifest. Their content is not read.
 * @throws ObjectStorageError
 */
export async function readModels(storage: Storage): Promise<ModelsFacts> {
  const names = (await storage.level(MODELS_PREFIX)).folders.filter(isSnapshotName).sort();
  const now = storage.storeTime;
  const isThere = async (key: string): Promise<boolean> =>
    (await storage.list(key, 1)).some((object) => object.key === key);
  const { seen, gaveUp } = await newestGood(
    names.filter((name) => !isOfTheFuture(name, now)),
    limits,
    async (name): Promise<Seen> => {
      const keys = snapshotKeys(name);
      const [committed, unconfirmed] = await Promise.all([
        isThere(keys.committed),
        isThere(keys.unconfirmed),
      ]);
      return { name, committed, unconfirmed: unconfirmed && !committed };
    },
    ({ committed }) => committed,
  );
  const [newest, before] = seen.filter(({ committed }) => committed);
  const newer = newest === undefined ? seen : seen.slice(0, seen.indexOf(newest));
  const [oldest] = names;
  const held = newest === undefined ? undefined : await look(storage, newest.name);
  return {
    ...(held === undefined ? {} : { newest: { ...held.snapshot, files: held.files } }),
    ...(before === undefined ? {} : { before: (await look(storage, before.name)).snapshot }),
    missing: held?.missing ?? [],
    unconfirmed: newer
      .filter(({ unconfirmed }) => unconfirmed)
      .map(({ name }) => name)
      .reverse(),
    notCommitted: newer
      .filter(({ unconfirmed }) => !unconfirmed)
      .map(({ name }) => name)
      .reverse(),
    ofFuture: names.filter((name) => isOfTheFuture(name, now)),
    count: names.length,
    ...(oldest === undefined ? {} : { oldest: { name: oldest, takenAt: snapshotTime(oldest) } }),
    gaveUp,
  };
}

async function look(
  storage: Storage,
  name: string,
): Promise<{ snapshot: NamedBackup; files: number; missing: string[] }> {
  const keys = snapshotKeys(name);
  const [content, objects] = await Promise.all([storage.readText(keys.manifest), storage.list(keys.prefix)]);
  const snapshot = {
    name,
    takenAt: snapshotTime(name),
    sizeBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
  const without = (what: string) => ({ snapshot, files: 0, missing: [what] });
  if (content === undefined) return without(`${storage.describe(keys.manifest)} is missing`);
  let manifest: ModelManifest;
  try {
    manifest = parseManifest(content.text);
  } catch (error) {
    return without(`${storage.describe(keys.manifest)}: ${reasonOf(error)}`);
  }
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const missing = manifest.files.flatMap(({ path, sizeBytes }) => {
    const found = sizes.get(keys.file(path));
    if (found === sizeBytes) return [];
    return [
      `${storage.describe(keys.file(path))} ${found === undefined ? "is missing" : `has ${found} bytes instead of ${sizeBytes}`}`,
    ];
  });
  return { snapshot, files: manifest.files.length, missing };
}
