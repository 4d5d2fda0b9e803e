import { createReadStream, type Stats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Failure } from "../../lib/failure";
import { sha256Of } from "./checkpointFiles";
import { listCheckpoints } from "./checkpointListing";
import type { ModelManifest } from "./modelManifest";

/** A symbolic link as it stands in the directory. */
export interface LinkText {
  path: string;
  /** What `readlink` says. */
  text: string;
}

/** A file of a set. */
export interface SetFile {
  /** Path beneath the checkpoint directory, with `/`. */
  path: string;
  sizeBytes: number;
}

/** What lies, or is to lie, in the checkpoint directory. */
export interface FileSet {
  files: SetFile[];
  links: LinkText[];
}

/** The set that a snapshot holds. Its links are relative, so that they lead to the same wherever the directory is mounted. */
export function setOfSnapshot({ files, links = [] }: Pick<ModelManifest, "files" | "links">): FileSet {
  return {
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    links: links.map(({ path, target }) => ({ path, text: relative(dirname(path), target) })),
  };
}

/** Bytes of files together. */
export function bytesOf(files: readonly { sizeBytes: number }[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Paths of all entries of a set. */
export function pathsOf({ files, links }: FileSet): Set<string> {
  return new Set([...files, ...links].map(({ path }) => path));
}

/** Entries of `from` that `to` does not have. */
export function leaving(from: FileSet, to: FileSet): FileSet {
  const stay = pathsOf(to);
  const goes = ({ path }: { path: string }): boolean => !stay.has(path);
  return { files: from.files.filter(goes), links: from.links.filter(goes) };
}

/**
 * The set that lies in the directory: what a snapshot would hold, and whatever else lies where `to` puts something.
 * @throws Error of the file system
 */
export async function livingSet(directory: string, to: FileSet): Promise<FileSet> {
  const { files, links } = await listCheckpoints(directory);
  const paths = new Set([...files, ...links.map(({ path }) => path), ...pathsOf(to)]);
  const set: FileSet = { files: [], links: [] };
  for (const path of [...paths].sort()) {
    const found = await entryAt(join(directory, path));
    if (found?.isSymbolicLink() === true)
      set.links.push({ path, text: await readlink(join(directory, path)) });
    else if (found?.isFile() === true) set.files.push({ path, sizeBytes: found.size });
  }
  return set;
}

/** Why a set cannot be put into a directory, one text for each obstacle: nothing is ever written through a link. */
export async function obstacles(directory: string, to: FileSet): Promise<string[]> {
  const found = new Set<string>();
  for (const path of pathsOf(to)) {
    const there = await entryAt(join(directory, path));
    if (there !== undefined && !there.isFile() && !there.isSymbolicLink())
      found.add(`${path} is to be a file or a link, and is a folder or something else`);
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder))
      if ((await entryAt(join(directory, folder)))?.isDirectory() === false)
        found.add(`${folder} is to be a folder, and is a file or a link`);
  }
  return [...found].sort();
}

/**
 * @throws Failure when a set cannot be put into a directory
 */
export async function refuseObstacles(directory: string, to: FileSet): Promise<void> {
  const [first, ...others] = await obstacles(directory, to);
  if (first !== undefined)
    throw new Failure(
      `in ${directory}, ${first}${others.length === 0 ? "" : ` (and ${others.length} more)`}; this run has changed nothing`,
      "move it away, then run this again",
    );
}

/** The entry itself, never what a link leads to. @throws Error of the file system, but for what is not there */
export async function entryAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** SHA-256 of each file of a set that is there, by path. */
export async function checksums(directory: string, { files }: FileSet): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { path } of files) {
    const file = join(directory, path);
    if ((await entryAt(file))?.isFile() === true) found.set(path, await sha256Of(createReadStream(file)));
  }
  return found;
}
