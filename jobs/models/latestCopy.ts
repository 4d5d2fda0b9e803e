import { reasonOf } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import { latestModelsPrefix } from "../../plan/backupClasses";
import type { ObjectStorage } from "../objectStorage";
import { sha256Of } from "./checkpointFiles";
import { bytesOf } from "./fileSet";
import { keepForeign } from "./keepForeign";
import { type ManifestFile, type ModelManifest, MODELS_PREFIX, snapshotKeys } from "./modelManifest";
import { committedNames, listSnapshots, readManifest } from "./modelSnapshots";

/** Says what lies there. Beside the copy, so that nobody takes it for a checkpoint. */
export const LATEST_COPY_KEY = `${MODELS_PREFIX}latest-copy.json`;

/** What became of the copy. */
export type LatestReport =
  /** It holds this snapshot, read back. */
  | { snapshot: string; copied: number; removed: number }
  /** It holds an older snapshot, or parts of two. */
  | { problem: string };

/** Record of the copy. */
interface CopyRecord {
  backup_name: string;
  /** "copying": files of two snapshots may lie there. */
  state: "copying" | "whole";
  /** ISO time, by the store's clock, since when that is so. */
  since: string;
  /** What lies there for certain: all of it where it is whole, what stays as it was while it is copied. */
  files: Pick<ManifestFile, "path" | "sizeBytes" | "sha256">[];
}

/** A file of the copy, and the file of the snapshot that it is made from. */
interface CopiedFile extends ManifestFile {
  source: string;
}

/** No run lasts longer than its deadline: see backupRuns. Who copies for longer has died. */
const LEASE_MS = 2 * 3600_000;

/**
 * Brings `models/latest/` to the newest committed snapshot: copies within the store what differs, reads it back, and hides what the snapshot
 * does not have. Each file is whole at any time, and the checkpoint in use comes last; that all are of one snapshot is what the record says.
 * @param now by the store's clock
 * @returns a problem instead of an error: the snapshots count without it
 */
export async function refreshLatest(
  storage: ObjectStorage,
  now: Date,
  log: (line: string) => void,
): Promise<LatestReport> {
  try {
    const report = await refresh(storage, now, log);
    log(
      "problem" in report
        ? `${storage.describe(latestModelsPrefix)}: ${report.problem}`
        : `${storage.describe(latestModelsPrefix)} holds ${report.snapshot}: ${report.copied} files copied, ${report.removed} removed`,
    );
    return report;
  } catch (error) {
    const problem = `not brought to the newest snapshot: ${reasonOf(error)}`;
    log(`${storage.describe(latestModelsPrefix)}: ${problem}`);
    return { problem };
  }
}

async function refresh(
  storage: ObjectStorage,
  now: Date,
  log: (line: string) => void,
): Promise<LatestReport> {
  // Before the list: what another run has brought here meanwhile is in the list, then.
  const record = await readRecord(storage);
  const snapshot = committedNames(await listSnapshots(storage), now).at(-1);
  if (snapshot === undefined) return { problem: "there is no committed snapshot" };
  if (record?.state === "whole" && record.backup_name === snapshot)
    return { snapshot, copied: 0, removed: 0 };
  if (record?.state === "copying" && now.getTime() - Date.parse(record.since) < LEASE_MS)
    return { problem: `another run copies ${record.backup_name} there since ${record.since}` };
  const manifest = await readManifest(storage, snapshot);
  const there = await storage.list(latestModelsPrefix);
  if (record === undefined && there.length > 0) await keepForeign(storage, latestModelsPrefix, there, log);
  const wanted = copyOf(manifest);
  const held = new Map(there.map(({ key, sizeBytes }) => [key.slice(latestModelsPrefix.length), sizeBytes]));
  const known = new Map((record?.files ?? []).map(({ path, sha256 }) => [path, sha256]));
  const same = wanted.filter(
    ({ path, sizeBytes, sha256 }) => held.get(path) === sizeBytes && known.get(path) === sha256,
  );
  const claim = recordText(snapshot, "copying", now, same);
  const condition = record === undefined ? ({ ifAbsent: true } as const) : { ifMatch: record.etag };
  if (!(await storage.writeText(LATEST_COPY_KEY, claim, condition)))
    return { problem: "another run has begun to copy at the same time" };

  // First what may be refused, and costs nothing.
  const paths = new Set(wanted.map(({ path }) => path));
  const superfluous = [...held.keys()].filter((path) => !paths.has(path));
  for (const path of superfluous) await storage.remove(`${latestModelsPrefix}${path}`);
  const differs = wanted.filter((file) => !same.includes(file));
  log(
    `copying ${differs.length} files (${formatBytes(bytesOf(differs))}) to ${storage.describe(latestModelsPrefix)}`,
  );
  for (const file of differs) await copyFile(storage, snapshot, file);

  const claimed = await storage.readText(LATEST_COPY_KEY);
  const whole = recordText(snapshot, "whole", now, wanted);
  if (
    claimed?.text !== claim ||
    !(await storage.writeText(LATEST_COPY_KEY, whole, { ifMatch: claimed.etag }))
  )
    return { problem: "another run copied there at the same time" };
  return { snapshot, copied: differs.length, removed: superfluous.length };
}

/** Files of the copy, the checkpoint in use last. The store has no links: a file stands for each. */
export function copyOf({ files, links = [], model_file }: ModelManifest): CopiedFile[] {
  const linked = links.flatMap(({ path, target }) =>
    files
      .filter((file) => file.path === target || file.path.startsWith(`${target}/`))
      .map((file) => ({ ...file, path: `${path}${file.path.slice(target.length)}`, source: file.path })),
  );
  const all = [...files.map((file) => ({ ...file, source: file.path })), ...linked];
  return [...all.filter(({ path }) => path !== model_file), ...all.filter(({ path }) => path === model_file)];
}

async function copyFile(storage: ObjectStorage, snapshot: string, file: CopiedFile): Promise<void> {
  const to = `${latestModelsPrefix}${file.path}`;
  await storage.copy(snapshotKeys(snapshot).file(file.source), to, file.sizeBytes);
  const object = await storage.open(to);
  const sha256 = object === undefined ? "missing" : await sha256Of(object.content);
  if (sha256 !== file.sha256)
    throw new Error(
      `${storage.describe(to)} is not what was copied (sha256 ${sha256} instead of ${file.sha256})`,
    );
}

function recordText(
  snapshot: string,
  state: CopyRecord["state"],
  since: Date,
  files: readonly CopiedFile[],
): string {
  const record: CopyRecord = {
    backup_name: snapshot,
    state,
    since: since.toISOString(),
    files: files.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

async function readRecord(storage: ObjectStorage): Promise<(CopyRecord & { etag: string }) | undefined> {
  const object = await storage.readText(LATEST_COPY_KEY);
  if (object === undefined) return undefined;
  try {
    const { backup_name, state, since, files } = JSON.parse(object.text) as Partial<CopyRecord>;
    if (typeof backup_name === "string" && typeof since === "string" && Array.isArray(files))
      return { backup_name, state: state === "whole" ? "whole" : "copying", since, files, etag: object.etag };
  } catch {
    // As one that has died: everything is copied again.
  }
  return {
    backup_name: "",
    state: "copying",
    since: new Date(0).toISOString(),
    files: [],
    etag: object.etag,
  };
}
