import { existsSync } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ManifestLink } from "./modelManifest";

/** Where a restore prepares files, inside the checkpoint directory. */
export const INCOMING = "checkpoints.incoming";

/** Directory with the old files of an exchange, inside the checkpoint directory, by the exchange's id. */
export const keptDirectory = /^\.kept-(\d{8}-\d{6})$/;

/** What is in the checkpoint directory, by path beneath it, sorted. */
export interface CheckpointListing {
  /** Files to copy. A link to a file that is left out, but lies inside, stands for its content. */
  files: string[];
  /** Symbolic links to files or folders that are copied themselves. */
  links: ManifestLink[];
  /** What is not copied, and why, as in "cache.lock: hidden". A folder stands for what is in it. */
  leftOut: string[];
}

/**
 * Lists the checkpoint directory: not what a write or a restore has left unfinished, nor what is hidden, but for the settings that
 * Hydra keeps beside a checkpoint. A link is never followed to the outside.
 */
export async function listCheckpoints(directory: string): Promise<CheckpointListing> {
  const files: string[] = [];
  const links: string[] = [];
  const leftOut: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const reason = whyLeftOut(entry.name);
      if (reason !== undefined) {
        if (reason !== "") leftOut.push(`${path}: ${reason}`);
      } else if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) files.push(path);
      else if (entry.isSymbolicLink()) links.push(path);
      else leftOut.push(`${path}: neither a file nor a folder`);
    }
  };
  await walk("");
  const kept: ManifestLink[] = [];
  const followed: string[] = [];
  for (const path of links) {
    const target = await targetOf(directory, path);
    if ("reason" in target) leftOut.push(`${path}: ${target.reason}`);
    else if (files.includes(target.path) || files.some((file) => file.startsWith(`${target.path}/`)))
      kept.push({ path, target: target.path });
    else if (target.isFile) followed.push(path);
    else leftOut.push(`${path}: a link to a folder that is left out`);
  }
  return {
    files: [...files, ...followed].sort(),
    links: kept.sort((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut: leftOut.sort(),
  };
}

/** Folders of settings that are hidden, and belong to a checkpoint. */
const KEPT_HIDDEN = [".hydra"];

/** @returns undefined for what is copied; empty for what nobody misses */
function whyLeftOut(name: string): string | undefined {
  if (name === INCOMING || name === "lost+found" || keptDirectory.test(name)) return "";
  if (/\.(incoming|tmp|part)$/.test(name)) return "unfinished";
  return name.startsWith(".") && !KEPT_HIDDEN.includes(name) ? "hidden" : undefined;
}

type Target = { path: string; isFile: boolean } | { reason: string };

async function targetOf(directory: string, path: string): Promise<Target> {
  try {
    const found = await realpath(join(directory, path));
    const inside = relative(await realpath(directory), found)
      .split(sep)
      .join("/");
    if (inside === "" || inside === ".." || inside.startsWith("../"))
      return { reason: "a link to the outside, which is never followed" };
    return { path: inside, isFile: (await stat(found)).isFile() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { reason: "a link to nothing" };
    if (code === "ELOOP") return { reason: "a link to itself" };
    throw error;
  }
}

/** Whether there is anything at a path, be it a link to nothing. */
async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** What a checkpoint directory is to a restore. */
export type CheckpointDirectory = "valid" | "empty" | "incoming-left" | "partial";

/** Looks at the checkpoint directory: `modelFile` is the path of the file in use beneath it. */
export async function observeCheckpoints(directory: string, modelFile: string): Promise<CheckpointDirectory> {
  const model = join(directory, modelFile);
  // Through a link, wherever it leads: the application reads it so, and it is not touched.
  const found = await stat(model).catch(() => undefined);
  if (found?.isFile() === true && found.size > 0) return "valid";
  if (await isThere(model)) return "partial";
  // The file in use is put into place last: without it and with this folder, whatever else is there came from a restore.
  if (existsSync(join(directory, INCOMING))) return "incoming-left";
  if (!existsSync(directory)) return "empty";
  const { files, links, leftOut } = await listCheckpoints(directory);
  const strange = leftOut.filter((text) => !/: (hidden|unfinished)$/.test(text));
  return files.length + links.length + strange.length === 0 ? "empty" : "partial";
}
