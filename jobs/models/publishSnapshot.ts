import { concurrently } from "../../lib/concurrently";
import { Failure } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { sha256Of } from "./checkpointFiles";
import { type ModelManifest, sameFiles, snapshotKeys } from "./modelManifest";
import { moveLatest, readManifest } from "./modelSnapshots";

const CONCURRENCY = 2;

/**
 * Reads every file of a snapshot from the store.
 * @throws Failure when one is missing or another
 */
export async function readBack(
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

/**
 * Publishes a snapshot that was read back: from here on it counts, or, with a reason why not, it waits for somebody to say so.
 * @param now by the store's clock
 * @throws Failure when another one has taken its name
 */
export async function publish(
  storage: ObjectStorage,
  manifest: ModelManifest,
  whyNot: string | undefined,
  now: Date,
): Promise<void> {
  const keys = snapshotKeys(manifest.backup_name);
  await writeNew(storage, keys.manifest, manifest);
  const written = await readManifest(storage, manifest.backup_name);
  if (!sameFiles(written, manifest))
    throw new Failure(`${storage.describe(keys.manifest)} is not what was written`, "run the backup again");
  if (whyNot === undefined) await commit(storage, manifest.backup_name, now);
  else
    await writeNew(storage, keys.unconfirmed, {
      backup_name: manifest.backup_name,
      checked_at: now.toISOString(),
      reason: whyNot,
    });
}

/**
 * Lets a snapshot count, and the pointer name it.
 * @param now by the store's clock
 * @throws Failure when it counts already
 */
export async function commit(storage: ObjectStorage, name: string, now: Date): Promise<void> {
  await writeNew(storage, snapshotKeys(name).committed, { backup_name: name, checked_at: now.toISOString() });
  await moveLatest(storage, name, now);
}

/**
 * Creates a record of a snapshot.
 * @throws Failure when it is there already
 */
export async function writeNew(storage: ObjectStorage, key: string, content: object): Promise<void> {
  if (await storage.writeText(key, `${JSON.stringify(content, undefined, 2)}\n`, { ifAbsent: true })) return;
  throw new Failure(
    `${storage.describe(key)} exists already: another backup has taken the same name`,
    "check that only one backup runs at a time, then run it again",
  );
}
