import { createHash } from "node:crypto";
import type { CommittedRecord } from "../../../../jobs/database/committedRecord";
import type { DumpManifest } from "../../../../jobs/dumps/dumpManifest";
import { manifestSha256, manifestText } from "../../../../jobs/dumps/dumpStore";
import type { ModelManifest } from "../../../../jobs/models/modelManifest";
import { snapshotKeys } from "../../../../jobs/models/modelManifest";
import { dumpKeysOf } from "../../../../jobs/dumps/dumpManifest";
import { ObjectStorageError } from "../../../../jobs/objectStorage";
import type { StatusStorage } from "../../../../jobs/status/readBucket";
import { repositoryPrefix } from "../../../../jobs/database/repositoryKeys";
import { segmentName } from "../../../../jobs/database/walPosition";
import { claim, opened } from "../lineage/samples";
import { committedRecord } from "../database/samples";
import { sampleManifest } from "../dumps/samples";

interface Stored {
  text: string;
  sizeBytes: number;
  modifiedAt: Date;
}

/** A bucket in memory, as far as a status asks for it. */
export class BucketDouble implements StatusStorage {
  readonly objects = new Map<string, Stored>();
  /** Keys whose newest version is a delete marker. */
  readonly deleted = new Map<string, Date>();
  /** Prefixes that nobody may list or read. */
  denied: string[] = [];
  storeTime: Date | undefined;
  /** Calls, in order. */
  readonly calls: string[] = [];

  /** @param now its clock; undefined where it does not say */
  constructor(now: Date | undefined) {
    this.storeTime = now;
  }

  put(key: string, content: string | number, modifiedAt: Date): void {
    const [text, sizeBytes] = typeof content === "string" ? [content, content.length] : ["", content];
    this.objects.set(key, { text, sizeBytes, modifiedAt });
  }

  describe = (key: string): string => `s3://backups/${key}`;

  list = (prefix: string, limit = Infinity) => {
    this.ask("list", prefix);
    return Promise.resolve(this.under(prefix).slice(0, limit));
  };

  level = (prefix: string) => {
    this.ask("level", prefix);
    const beneath = this.under(prefix);
    const folders = beneath.flatMap(({ key }) => /^([^/]+)\//.exec(key.slice(prefix.length))?.[1] ?? []);
    return Promise.resolve({
      folders: [...new Set(folders)].sort(),
      objects: beneath.filter(({ key }) => !key.slice(prefix.length).includes("/")),
    });
  };

  listVersions = (prefix: string, after = "") => {
    this.ask("versions", prefix);
    const there = this.under(prefix).map(({ key, modifiedAt }) => ({
      ...{ key, modifiedAt, versions: 1, deleted: "never" as const },
    }));
    const gone = [...this.deleted]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, modifiedAt]) => ({ key, modifiedAt, versions: 1, deleted: "now" as const }));
    return Promise.resolve([...there, ...gone].filter(({ key }) => key > after));
  };

  readText = (key: string) => {
    this.ask("read", key);
    const found = this.objects.get(key);
    return Promise.resolve(
      found === undefined ? undefined : { text: found.text, etag: "", isReplica: false },
    );
  };

  private ask(what: string, key: string): void {
    this.calls.push(`${what} ${key}`);
    if (this.denied.some((prefix) => key.startsWith(prefix)))
      throw new ObjectStorageError(`no ${what} of ${key}`, "for pods", false);
  }

  private under(prefix: string) {
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { sizeBytes, modifiedAt }]) => ({ key, sizeBytes, modifiedAt }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }
}

/** Claim and outcome of a generation. */
export function putGeneration(bucket: BucketDouble, number: number, openedAt: Date): void {
  const folder = `wal/lineage/000${number}`;
  bucket.put(`${folder}-claim.json`, JSON.stringify(claim(number)), openedAt);
  const outcome = opened(number, { openedAt: openedAt.toISOString() });
  bucket.put(`${folder}-outcome.json`, JSON.stringify(outcome), openedAt);
}

/** Key of an archived segment. */
export function segmentKey(generation: number, name: string): string {
  const sha1 = createHash("sha1").update(name).digest("hex");
  return `${repositoryPrefix(generation)}archive/main/15-1/${name.slice(0, 16)}/${name}-${sha1}.zst`;
}

/** WAL of a generation on the timeline of its number: a segment for each time, from a number on. */
export function putWal(bucket: BucketDouble, generation: number, from: number, times: readonly Date[]): void {
  for (const [index, at] of times.entries())
    bucket.put(segmentKey(generation, segmentName(generation, from + index)), 1_000_000, at);
}

/** A base backup that was committed, within one segment, with what pgBackRest finds it by. */
export function putBase(
  bucket: BucketDouble,
  generation: number,
  label: string,
  { at, segment, ...changes }: { at: Date; segment: number } & Partial<CommittedRecord>,
): void {
  const repository = repositoryPrefix(generation);
  for (const kind of ["archive", "backup"]) bucket.put(`${repository}${kind}/main/${kind}.info`, 100, at);
  bucket.put(`${repository}backup/main/${label}/backup.manifest`, 100, at);
  const name = segmentName(generation, segment);
  const record: CommittedRecord = {
    ...committedRecord(label),
    ...{ type: label.endsWith("F") ? "full" : "incr", stoppedAt: at.toISOString() },
    ...{ walStart: name, walStop: name },
    ...changes,
  };
  bucket.put(`wal/generation-000${generation}/committed/${label}.json`, JSON.stringify(record), at);
}

/** A portable dump that was committed. */
export function putDump(bucket: BucketDouble, name: string, at: Date, rows = 5): void {
  const keys = dumpKeysOf(name);
  const manifest: DumpManifest = {
    ...sampleManifest,
    name,
    tables: [{ name: "public.experiments", rows, sizeBytes: 100 }],
  };
  const text = manifestText(manifest);
  for (const file of [...manifest.files, manifest.globals])
    for (const { path, sizeBytes } of file.parts) bucket.put(keys.part(path), sizeBytes, at);
  bucket.put(keys.manifest, text, at);
  const record = { name, checkedAt: at.toISOString(), manifestSha256: manifestSha256(text) };
  bucket.put(keys.committed, JSON.stringify(record), at);
}

/** A snapshot of the models. */
export function putSnapshot(
  bucket: BucketDouble,
  name: string,
  at: Date,
  state: "committed" | "unconfirmed" | "begun" = "committed",
): void {
  const keys = snapshotKeys(name);
  const manifest: ModelManifest = {
    ...{ backup_name: name, timestamp: at.toISOString(), model_file: "best_model.pth", total_bytes: 1000 },
    files: [{ path: "best_model.pth", sizeBytes: 1000, sha256: "0".repeat(64) }],
  };
  bucket.put(keys.begun, "{}", at);
  bucket.put(keys.file("best_model.pth"), 1000, at);
  bucket.put(keys.manifest, JSON.stringify(manifest), at);
  if (state !== "begun") bucket.put(keys[state], "{}", at);
}
