import { concurrently } from "../../lib/concurrently";
import { Failure } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { sha256Of } from "./checkpointFiles";
import { bytesOf } from "./fileSet";
import { isInside, type ManifestFile, type ModelManifest, snapshotKeys, snapshotTime } from "./modelManifest";

const CONCURRENCY = 2;

/**
 * Whether a snapshot has the layout of the system before this one: `checkpoints/`, and no manifest or one that lists no files.
 * @param text of its manifest; undefined without one
 */
export function isLegacyManifest(text: string | undefined): boolean {
  if (text === undefined) return true;
  try {
    return !Array.isArray((JSON.parse(text) as { files?: unknown } | null)?.files);
  } catch {
    return true;
  }
}

/**
 * Describes a snapshot in the layout of the system before this one by what lies in the bucket, read from end to end: later reads are held to
 * that. Whether anything is missing, nobody can say.
 * @param modelFile path of the checkpoint in use
 * @throws Failure when it holds no files, or some whose name leads elsewhere
 */
export async function describeLegacy(
  storage: ObjectStorage,
  name: string,
  modelFile: string,
  log: (line: string) => void,
): Promise<ModelManifest> {
  const keys = snapshotKeys(name);
  const folder = keys.file("");
  const listed = await storage.list(folder);
  if (listed.length === 0)
    throw new Failure(`${storage.describe(folder)} holds no files`, "choose another snapshot");
  const total = bytesOf(listed);
  log(`${name} lists no files: reading the ${listed.length} that are there (${formatBytes(total)})`);
  const files: ManifestFile[] = [];
  await concurrently(CONCURRENCY, listed, async ({ key, sizeBytes }) => {
    const path = key.slice(folder.length);
    if (!isInside(path))
      throw new Failure(
        `${storage.describe(key)} would lie outside of the checkpoint directory`,
        "choose another snapshot, or copy by hand what you need of this one",
      );
    const object = await storage.open(key);
    if (object === undefined)
      throw new Failure(`${storage.describe(key)} was removed meanwhile`, "run this again");
    files.push({ path, sizeBytes, sha256: await sha256Of(object.content) });
  });
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  return {
    backup_name: name,
    timestamp: snapshotTime(name).toISOString(),
    model_file: modelFile,
    files,
    total_bytes: total,
  };
}
