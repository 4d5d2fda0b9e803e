import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type FormatState, formatState } from "./checkpointFormat";
import type { ManifestFile } from "./modelManifest";

/** A file that changes while it is read cannot be told from a whole one by its content: its times tell. */
export interface CheckpointFile extends ManifestFile {
  /** Changes whenever the file is written or replaced. */
  version: string;
  modifiedAt: Date;
  /** Whether it is whole, as its own format has it. */
  state: FormatState;
}

/** Size, times and identity of a file. */
export async function fileVersion(
  file: string,
): Promise<{ version: string; modifiedAt: Date; sizeBytes: number }> {
  const { ino, size, mtimeMs, ctimeMs, mtime } = await stat(file);
  return { version: [ino, size, mtimeMs, ctimeMs].join(" "), modifiedAt: mtime, sizeBytes: size };
}

/** Reads a file from end to end, and asks its format whether it is whole. */
export async function readCheckpointFile(directory: string, path: string): Promise<CheckpointFile> {
  const file = join(directory, path);
  const { version, modifiedAt, sizeBytes } = await fileVersion(file);
  const state = await formatState(file);
  return { path, sizeBytes, sha256: await sha256Of(createReadStream(file)), version, modifiedAt, state };
}

/** SHA-256 of what a stream carries, in hexadecimal. */
export async function sha256Of(content: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of content) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
