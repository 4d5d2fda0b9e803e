import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ManifestFile } from "./modelManifest";

/** Where a restore prepares files, inside the checkpoint directory. */
export const INCOMING = "checkpoints.incoming";

/** A file that changes while it is read cannot be told from a whole one by its content: its times tell. */
export interface CheckpointFile extends ManifestFile {
  /** Changes whenever the file is written or replaced. */
  version: string;
  modifiedAt: Date;
}

/** Paths of the checkpoint files, relative and sorted; not what a write or a restore has left unfinished. */
export async function listCheckpoints(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !isUnfinished(path))
    .sort();
}

function isUnfinished(path: string): boolean {
  return path
    .split("/")
    .some(
      (part) =>
        part === INCOMING ||
        part === "lost+found" ||
        part.startsWith(".") ||
        /\.(incoming|tmp|part)$/.test(part),
    );
}

/** Size, times and identity of a file. */
export async function fileVersion(
  file: string,
): Promise<{ version: string; modifiedAt: Date; sizeBytes: number }> {
  const { ino, size, mtimeMs, ctimeMs, mtime } = await stat(file);
  return { version: [ino, size, mtimeMs, ctimeMs].join(" "), modifiedAt: mtime, sizeBytes: size };
}

/** Reads a file from end to end. */
export async function readCheckpointFile(directory: string, path: string): Promise<CheckpointFile> {
  const file = join(directory, path);
  const { version, modifiedAt, sizeBytes } = await fileVersion(file);
  return { path, sizeBytes, sha256: await sha256Of(createReadStream(file)), version, modifiedAt };
}

/** SHA-256 of what a stream carries, in hexadecimal. */
export async function sha256Of(content: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of content) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** What is in the checkpoint directory. */
export type CheckpointDirectory = "valid" | "empty" | "incoming-left" | "partial";

/** Looks at the checkpoint directory: `modelFile` is the path of the file in use beneath it. */
export async function observeCheckpoints(directory: string, modelFile: string): Promise<CheckpointDirectory> {
  const files = existsSync(directory) ? await listCheckpoints(directory) : [];
  if (files.includes(modelFile))
    return (await stat(join(directory, modelFile))).size > 0 ? "valid" : "partial";
  // The file in use is renamed last: without it and with this folder, whatever else is there came from a restore.
  if (existsSync(join(directory, INCOMING))) return "incoming-left";
  return files.length === 0 ? "empty" : "partial";
}
