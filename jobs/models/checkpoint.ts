import { createHash } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";

/** What a checkpoint says about itself. */
export interface CheckpointHeader {
  architecture: "spectrum-dense";
  /** Names of the fault classes, in the order of the probabilities. */
  classes: string[];
  /** Bands of the spectrum that go in: a power of two. */
  features: number;
  /** Width of the hidden layer. */
  hidden: number;
  metadata: CheckpointMetadata;
}

/** Free facts about a checkpoint. */
export interface CheckpointMetadata {
  /** ISO time. */
  createdAt: string;
  /** Written by a drill, to be found again after its restore. */
  nonce?: string;
}

/** A checkpoint in memory. */
export interface Checkpoint {
  header: CheckpointHeader;
  weights: Float32Array;
}

/** A checkpoint that was read and checked. */
export interface LoadedCheckpoint extends Checkpoint {
  sizeBytes: number;
  /** SHA-256 of header and weights, as it stands at the end of the file. */
  sha256: string;
}

/** A checkpoint file that is missing or not what it should be. The message names the file and the reason. */
export class CheckpointError extends Error {
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`checkpoint ${file}: ${reason}`);
    this.name = "CheckpointError";
  }
}

/** What each checkpoint begins with. */
export const MAGIC = Buffer.from("LSTMPFD1");
/** Magic and the length of the header. */
const PREFIX_BYTES = MAGIC.length + 4;
const CHECKSUM_BYTES = 32;
const CHUNK_BYTES = 4 << 20;
const MAX_HEADER_BYTES = 1 << 20;

/** How many weights a header asks for: two dense layers, each with a bias. */
export function weightCount(header: Pick<CheckpointHeader, "features" | "hidden" | "classes">): number {
  return header.hidden * (header.features + 1) + header.classes.length * (header.hidden + 1);
}

/**
 * Writes a checkpoint beside `file` and renames it into place, so that no reader sees half of it.
 * Layout: magic, header length, header as JSON, weights as little-endian float32, SHA-256 of all that.
 * @returns the SHA-256 in hexadecimal
 * @throws Error when the number of weights does not fit the header
 */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<string> {
  const { header, weights } = checkpoint;
  if (weights.length !== weightCount(header))
    throw new Error(`checkpoint ${file}: ${weights.length} weights given, ${weightCount(header)} needed`);
  const parts = [encodeHeader(header), Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)];
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  const checksum = hash.digest();
  const incoming = `${file}.incoming`;
  try {
    const handle = await open(incoming, "w", 0o644);
    try {
      for (const part of [...parts, checksum]) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(incoming, file);
  } catch (error) {
    await rm(incoming, { force: true });
    throw error;
  }
  return checksum.toString("hex");
}

/** Magic, length and JSON, padded with spaces so that the weights start at a multiple of four. */
function encodeHeader(header: CheckpointHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const padding = Buffer.alloc((4 - ((PREFIX_BYTES + json.length) % 4)) % 4, " ");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length + padding.length);
  return Buffer.concat([MAGIC, length, json, padding]);
}

/**
 * Reads a whole checkpoint and checks its size and its checksum.
 * @throws CheckpointError when it is missing, truncated or damaged
 */
export async function readCheckpoint(file: string): Promise<LoadedCheckpoint> {
  return withFile(file, async (handle) => {
    const { bytes: size, header, headerBytes } = await checkedSize(file, handle);
    const content = Buffer.from(new ArrayBuffer(size));
    const sha256 = await fill(file, handle, content);
    if (content.subarray(size - CHECKSUM_BYTES).toString("hex") !== sha256) throw damaged(file);
    const weights = new Float32Array(content.buffer, headerBytes, weightCount(header));
    return { header, weights, sizeBytes: size, sha256 };
  });
}

/**
 * Checks size and checksum of a checkpoint, of whatever size, with little of it in memory.
 * @throws CheckpointError when it is missing, truncated or damaged
 */
export async function verifyCheckpoint(file: string): Promise<void> {
  await withFile(file, async (handle) => {
    const size = await checkedSize(file, handle);
    const hash = createHash("sha256");
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const end = size.bytes - CHECKSUM_BYTES;
    for (let offset = 0; offset < end;) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, end - offset), offset);
      if (bytesRead === 0) throw new CheckpointError(file, "was cut short while it was read");
      hash.update(chunk.subarray(0, bytesRead));
      offset += bytesRead;
    }
    const checksum = Buffer.alloc(CHECKSUM_BYTES);
    await handle.read(checksum, 0, CHECKSUM_BYTES, end);
    if (!hash.digest().equals(checksum)) throw damaged(file);
  });
}

/**
 * Reads what a checkpoint says about itself, without its weights and without checking them.
 * @throws CheckpointError when the file is missing or starts otherwise
 */
export async function readCheckpointHeader(file: string): Promise<CheckpointHeader> {
  return withFile(file, async (handle) => (await readHeader(file, handle)).header);
}

/** Size of a checkpoint that has the one which its header asks for. */
async function checkedSize(
  file: string,
  handle: FileHandle,
): Promise<{ bytes: number; header: CheckpointHeader; headerBytes: number }> {
  const { size } = await handle.stat();
  const { header, bytes: headerBytes } = await readHeader(file, handle);
  const expected = headerBytes + 4 * weightCount(header) + CHECKSUM_BYTES;
  if (size !== expected)
    throw new CheckpointError(
      file,
      `${size < expected ? "is truncated" : "is too long"}: ${size} bytes instead of ${expected}`,
    );
  return { bytes: size, header, headerBytes };
}

function damaged(file: string): CheckpointError {
  return new CheckpointError(file, "is damaged: its checksum does not fit its content");
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle;
  try {
    handle = await open(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CheckpointError(
      file,
      code === "ENOENT" ? "does not exist" : `cannot be opened: ${code ?? String(error)}`,
    );
  }
  try {
    return await use(handle);
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    throw new CheckpointError(
      file,
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    await handle.close();
  }
}

async function readHeader(
  file: string,
  handle: FileHandle,
): Promise<{ header: CheckpointHeader; bytes: number }> {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const { bytesRead } = await handle.read(prefix, 0, PREFIX_BYTES, 0);
  if (bytesRead < PREFIX_BYTES) throw new CheckpointError(file, `is truncated: ${bytesRead} bytes`);
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC))
    throw new CheckpointError(file, "is not a checkpoint: it starts otherwise");
  const length = prefix.readUInt32LE(MAGIC.length);
  if (length > MAX_HEADER_BYTES) throw new CheckpointError(file, `is damaged: a header of ${length} bytes`);
  const json = Buffer.alloc(length);
  const read = await handle.read(json, 0, length, PREFIX_BYTES);
  if (read.bytesRead < length) throw new CheckpointError(file, "is truncated within its header");
  return { header: parseHeader(file, json.toString()), bytes: PREFIX_BYTES + length };
}

function parseHeader(file: string, json: string): CheckpointHeader {
  let header: Partial<CheckpointHeader> | null;
  try {
    header = JSON.parse(json) as Partial<CheckpointHeader> | null;
  } catch {
    throw new CheckpointError(file, "is damaged: its header is not JSON");
  }
  if (header?.architecture !== "spectrum-dense")
    throw new CheckpointError(file, `has an unknown architecture: ${String(header?.architecture)}`);
  const { features, hidden, classes, metadata } = header;
  const fits =
    isPositiveInteger(features) &&
    Number.isInteger(Math.log2(features)) &&
    isPositiveInteger(hidden) &&
    Array.isArray(classes) &&
    classes.length > 0 &&
    typeof metadata === "object";
  if (!fits) throw new CheckpointError(file, "has an incomplete header");
  return { architecture: header.architecture, features, hidden, classes, metadata };
}

function isPositiveInteger(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

/** Reads the whole file into `content`; gives the SHA-256 of all but the checksum at its end. */
async function fill(file: string, handle: FileHandle, content: Buffer): Promise<string> {
  const hash = createHash("sha256");
  const end = content.length - CHECKSUM_BYTES;
  for (let offset = 0; offset < content.length;) {
    const length = Math.min(CHUNK_BYTES, content.length - offset);
    const { bytesRead } = await handle.read(content, offset, length, offset);
    if (bytesRead === 0) throw new CheckpointError(file, "was cut short while it was read");
    hash.update(content.subarray(offset, Math.max(offset, Math.min(end, offset + bytesRead))));
    offset += bytesRead;
  }
  return hash.digest("hex");
}
