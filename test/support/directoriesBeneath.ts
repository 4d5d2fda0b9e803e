import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const entries = (directory: string): Dirent[] => readdirSync(directory, { withFileTypes: true });

/**
 * Paths of all directories beneath `root`, at any depth, while others remove some: kubelet replaces the directories of ConfigMaps
 * and Secrets (`..2026_…`), control groups go with their processes. What vanishes meanwhile has none beneath it.
 * @param read entries of a directory
 * @throws Error when a directory that is there cannot be read
 */
export function directoriesBeneath(root: string, read = entries): string[] {
  return whatIsThere(root, read)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(root, name))
    .flatMap((path) => [path, ...directoriesBeneath(path, read)]);
}

function whatIsThere(directory: string, read: typeof entries): Dirent[] {
  try {
    return read(directory);
  } catch (error) {
    if (!existsSync(directory)) return [];
    throw error;
  }
}
