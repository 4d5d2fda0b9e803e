import { Failure } from "../../lib/failure";
import type { ListedObject, ObjectStorage } from "../objectStorage";
import { sha256Of } from "./checkpointFiles";
import { snapshotKeys, snapshotName } from "./modelManifest";

/**
 * Keeps what the system before this one has in `models/latest/`, before it is written over: as a snapshot in its own layout, named by the time
 * of the newest object, which no expiry touches and which can be restored by name. Killed half way, the next run does the same again.
 * @param prefix of the objects
 * @param there the objects
 * @returns name of the snapshot
 * @throws Failure when the name is taken by something else, or a copy is not what it should be
 */
export async function keepForeign(
  storage: ObjectStorage,
  prefix: string,
  there: readonly ListedObject[],
  log: (line: string) => void,
): Promise<string> {
  const newest = there.reduce((time, { modifiedAt }) => Math.max(time, modifiedAt.getTime()), 0);
  const name = snapshotName(new Date(newest));
  const keys = snapshotKeys(name);
  const manifest = `${JSON.stringify({ backup_name: name, source: storage.describe(prefix) })}\n`;
  if (!(await storage.writeText(keys.manifest, manifest, { ifAbsent: true })))
    throw new Failure(
      `${storage.describe(prefix)} holds files of another system, and ${name} is taken, under which they would be kept`,
      "move them away by hand; the next backup then copies the newest snapshot there",
    );
  for (const { key, sizeBytes } of there) {
    const copy = keys.file(key.slice(prefix.length));
    const sha256 = await storage.copy(key, copy, sizeBytes);
    if ((await digest(storage, copy)) !== sha256)
      throw new Failure(
        `${storage.describe(copy)} is not what ${storage.describe(key)} is, which stays as it was`,
        "run the backup again",
      );
  }
  log(`kept what another system had in ${storage.describe(prefix)} as ${name}`);
  return name;
}

async function digest(storage: ObjectStorage, key: string): Promise<string> {
  const object = await storage.open(key);
  return object === undefined ? `no ${key}` : sha256Of(object.content);
}
