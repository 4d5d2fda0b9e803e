import { createHash } from "node:crypto";
import { Failure, reasonOf } from "../../lib/failure";
import { type DumpLayout, dumpLayout } from "../../plan/dumpNames";
import { dumpsPrefix } from "../../plan/repository";
import type { ObjectStorage } from "../objectStorage";
import { type DumpManifest, dumpKeysOf, parseCommittedDump, parseDumpManifest } from "./dumpManifest";

/** A dump in the bucket, as a listing tells it. */
export interface ListedDump {
  name: string;
  layout: DumpLayout;
  /** Of all its objects. */
  sizeBytes: number;
  /** When its newest object was written, by the store's clock. */
  writtenAt: Date;
  /** Whether it has the record that says that it was read back; of a plain one nobody has. */
  committed: boolean;
  objects: { key: string; sizeBytes: number }[];
}

/** All dumps, oldest name first. Names that are none of a dump are left alone. */
export async function listDumps(storage: Pick<ObjectStorage, "list">): Promise<ListedDump[]> {
  const dumps = new Map<string, ListedDump>();
  for (const { key, sizeBytes, modifiedAt } of await storage.list(dumpsPrefix)) {
    const [name = "", ...beneath] = key.slice(dumpsPrefix.length).split("/");
    const layout = dumpLayout(name);
    if (layout === undefined || (layout === "plain") !== (beneath.length === 0)) continue;
    const dump = dumps.get(name) ?? {
      ...{ name, layout, sizeBytes: 0, writtenAt: modifiedAt, committed: false, objects: [] },
    };
    dump.sizeBytes += sizeBytes;
    if (dump.writtenAt < modifiedAt) dump.writtenAt = modifiedAt;
    if (layout === "own" && key === dumpKeysOf(name).committed) dump.committed = true;
    dump.objects.push({ key, sizeBytes });
    dumps.set(name, dump);
  }
  return [...dumps.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Text of a manifest, as it is written. */
export function manifestText(manifest: DumpManifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}

/** Checksum of a manifest, in hexadecimal. */
export function manifestSha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The manifest of a dump that was read back, as it was then.
 * @throws Failure when it was not committed, or manifest or record are missing, damaged, or not of each other; ObjectStorageError when the
 *   store does not say
 */
export async function readCommittedDump(
  storage: Pick<ObjectStorage, "readText" | "describe">,
  name: string,
): Promise<DumpManifest> {
  const keys = dumpKeysOf(name);
  const [record, text] = [await storage.readText(keys.committed), await storage.readText(keys.manifest)];
  if (record === undefined)
    throw refuse(
      `${storage.describe(keys.prefix)} was never committed: it was not read back, or its ${keys.committed} is gone`,
    );
  if (text === undefined) throw refuse(`${storage.describe(keys.manifest)} is missing`);
  try {
    const committed = parseCommittedDump(record.text);
    if (committed.name !== name) throw new Error(`its record is that of ${committed.name}`);
    if (committed.manifestSha256 !== manifestSha256(text.text))
      throw new Error("it is not the manifest that was checked when the dump was committed");
    const manifest = parseDumpManifest(text.text);
    if (manifest.name !== name) throw new Error(`it is that of ${manifest.name}`);
    return manifest;
  } catch (error) {
    throw refuse(`${storage.describe(keys.manifest)} does not count: ${reasonOf(error)}`);
  }
}

/**
 * The manifest of a dump that was read back, whose objects are all there with their sizes. What they hold is told by reading them alone.
 * @throws Failure as {@link readCommittedDump}, and one that names the first object that is missing or of another size
 */
export async function readListedDump(
  storage: Pick<ObjectStorage, "readText" | "describe">,
  { name, objects }: Pick<ListedDump, "name" | "objects">,
): Promise<DumpManifest> {
  const manifest = await readCommittedDump(storage, name);
  const sizes = new Map(objects.map(({ key, sizeBytes }) => [key, sizeBytes]));
  for (const { path, sizeBytes } of [...manifest.files, manifest.globals].flatMap(({ parts }) => parts)) {
    const key = dumpKeysOf(name).part(path);
    const found = sizes.get(key);
    if (found === undefined) throw refuse(`${storage.describe(key)} is missing`);
    if (found !== sizeBytes)
      throw refuse(`${storage.describe(key)} has ${found} bytes, and the manifest says ${sizeBytes}`);
  }
  return manifest;
}

function refuse(what: string): Failure {
  return new Failure(
    what,
    "bring back its former version (the bucket keeps versions), or choose another dump",
  );
}
