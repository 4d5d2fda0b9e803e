import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, reasonOf } from "../../lib/failure";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { type DumpFile, dumpKeysOf, type DumpPart } from "./dumpManifest";
import { type DumpKey, openSealed, sealStream } from "./sealedStream";

/** Where the files of a dump go. */
export interface PartsPlan {
  storage: Pick<ObjectStorage, "writeFile">;
  /** Name of the dump. */
  name: string;
  key: DumpKey;
  /** Directory for the part in work: at the most two of them are there at a time. */
  scratch: string;
  /** Bytes of a part. @default 128 MiB, so that a broken connection costs little, and so does the scratch */
  partBytes?: number;
}

const PART_BYTES = 128 * 1024 * 1024;
const READ_TRIES = 3;

/**
 * Encrypts a file of a dump and writes it in parts, each with its own checksum, while the rest of it still comes.
 * @param path of the file in the dump
 */
export async function writeInParts(
  { storage, name, key, scratch, partBytes = PART_BYTES }: PartsPlan,
  path: string,
  content: AsyncIterable<Buffer>,
): Promise<DumpFile> {
  const keys = dumpKeysOf(name);
  const whole = createHash("sha256");
  let sizeBytes = 0;
  const measured = measure(content, whole, (bytes) => (sizeBytes += bytes));
  const parts: DumpPart[] = [];
  // One is written while the next one comes: the scratch holds no more.
  let writing: Promise<void> = Promise.resolve();
  let part: LocalPart | undefined;
  const give = async (): Promise<void> => {
    if (part === undefined) return;
    const finished = part;
    part = undefined;
    const sha256 = await finished.close();
    const described = { path: finished.path, sizeBytes: finished.sizeBytes, sha256 };
    parts.push(described);
    const before = writing;
    const write = async (): Promise<void> => {
      try {
        await before;
        await storage.writeFile(keys.part(described.path), finished.file, described.sizeBytes, sha256);
      } finally {
        await rm(finished.file, { force: true });
      }
    };
    writing = write();
    // It is waited for later, and its failure told then.
    writing.catch(() => undefined);
    await before;
  };
  try {
    for await (const bytes of sealStream(measured, key, `${name}/${path}`))
      for (let at = 0; at < bytes.length;) {
        part ??= await LocalPart.begin(scratch, `${path}.${String(parts.length + 1).padStart(5, "0")}`);
        const piece = bytes.subarray(at, at + partBytes - part.sizeBytes);
        await part.add(piece);
        at += piece.length;
        if (part.sizeBytes >= partBytes) await give();
      }
    await give();
    await writing;
  } finally {
    await part?.discard();
    await writing.catch(() => undefined);
  }
  return { path, sizeBytes, sha256: whole.digest("hex"), parts };
}

/** A part as it is made. */
class LocalPart {
  sizeBytes = 0;
  private readonly hash = createHash("sha256");

  private constructor(
    readonly path: string,
    readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  static async begin(scratch: string, path: string): Promise<LocalPart> {
    const file = join(scratch, path.replaceAll("/", "_"));
    return new LocalPart(path, file, await open(file, "w", 0o600));
  }

  async add(bytes: Buffer): Promise<void> {
    await this.handle.writeFile(bytes);
    this.hash.update(bytes);
    this.sizeBytes += bytes.length;
  }

  async close(): Promise<string> {
    await this.handle.close();
    return this.hash.digest("hex");
  }

  async discard(): Promise<void> {
    await this.handle.close();
    await rm(this.file, { force: true });
  }
}

/** What a file of a dump is read with. */
export interface ReadPlan {
  storage: Pick<ObjectStorage, "open" | "describe">;
  /** Name of the dump. */
  name: string;
  keyOf: (salt: Buffer) => DumpKey;
  /** Milliseconds before a broken connection is followed by another one, times the tries. @default 1000 */
  pauseMs?: number;
}

/**
 * Reads a file of a dump, decrypted. Each part is held to its size and checksum, the whole to the file's; that all of it came is certain
 * at the end alone.
 * @throws Failure that names the object that is missing, damaged, or of another size
 */
export async function* readFromParts(plan: ReadPlan, file: DumpFile): AsyncGenerator<Buffer> {
  const { storage, name, keyOf } = plan;
  const where = storage.describe(dumpKeysOf(name).part(file.path));
  const whole = createHash("sha256");
  let sizeBytes = 0;
  const plain = openSealed(sealedParts(plan, file), keyOf, { name: `${name}/${file.path}`, where });
  yield* measure(plain, whole, (bytes) => (sizeBytes += bytes));
  const sha256 = whole.digest("hex");
  if (sizeBytes !== file.sizeBytes || sha256 !== file.sha256)
    throw new Failure(
      `${where} is not what the manifest says: ${sizeBytes} bytes instead of ${file.sizeBytes}, sha256 ${sha256.slice(0, 12)}… instead of ${file.sha256.slice(0, 12)}…`,
      remedy,
    );
}

const remedy = "bring back its former version (the bucket keeps versions), or choose another dump";

/** Content of an object, whose connection may break and is then made anew. @param sizeBytes as the listing says */
export async function* readWhole(
  plan: Pick<ReadPlan, "storage" | "pauseMs">,
  key: string,
  sizeBytes: number,
): AsyncGenerator<Buffer> {
  yield* goingOn(plan, key, sizeBytes, createHash("sha256"));
}

async function* sealedParts(plan: ReadPlan, file: DumpFile): AsyncGenerator<Buffer> {
  const { storage, name } = plan;
  for (const part of file.parts) {
    const key = dumpKeysOf(name).part(part.path);
    const hash = createHash("sha256");
    yield* goingOn(plan, key, part.sizeBytes, hash);
    const sha256 = hash.digest("hex");
    if (sha256 !== part.sha256)
      throw new Failure(
        `${storage.describe(key)} is damaged: sha256 ${sha256.slice(0, 12)}… instead of ${part.sha256.slice(0, 12)}…`,
        remedy,
      );
  }
}

/**
 * Content of an object. What was given on cannot be taken back: where a connection breaks, another one goes on behind what has come.
 * A reader that waits for a slow program breaks it too, so that only tries without a byte count.
 */
async function* goingOn(
  { storage, pauseMs = 1000 }: Pick<ReadPlan, "storage" | "pauseMs">,
  key: string,
  sizeBytes: number,
  hash: Hash,
): AsyncGenerator<Buffer> {
  let given = 0;
  let failures = 0;
  do {
    const before = given;
    try {
      for await (const bytes of behind(await openWhole(storage, key, sizeBytes), given)) {
        given += bytes.length;
        hash.update(bytes);
        yield bytes;
      }
      if (given < sizeBytes) throw new Error(`it ended after ${given} of ${sizeBytes} bytes`);
    } catch (error) {
      if (error instanceof Failure && !(error instanceof ObjectStorageError && error.transient)) throw error;
      failures = given > before ? 1 : failures + 1;
      if (failures >= READ_TRIES)
        throw new Failure(
          `${storage.describe(key)} could not be read: ${reasonOf(error)}`,
          "check the network, then run this again",
        );
      await sleep(pauseMs * failures);
    }
  } while (given < sizeBytes);
}

async function openWhole(storage: ReadPlan["storage"], key: string, sizeBytes: number): Promise<Readable> {
  const object = await storage.open(key);
  if (object === undefined) throw new Failure(`${storage.describe(key)} is missing`, remedy);
  if (object.sizeBytes === sizeBytes) return object.content;
  object.content.destroy();
  throw new Failure(
    `${storage.describe(key)} has ${object.sizeBytes} bytes, and ${sizeBytes} are expected`,
    remedy,
  );
}

/** What comes after so many bytes. */
async function* behind(content: AsyncIterable<unknown>, skip: number): AsyncGenerator<Buffer> {
  let left = skip;
  for await (const chunk of content) {
    const bytes = (chunk as Buffer).subarray(left);
    left -= (chunk as Buffer).length - bytes.length;
    if (bytes.length > 0) yield bytes;
  }
}

async function* measure(
  content: AsyncIterable<Buffer>,
  hash: Hash,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const bytes of content) {
    hash.update(bytes);
    count(bytes.length);
    yield bytes;
  }
}
