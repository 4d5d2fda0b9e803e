import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Data directories, by what made them: a restore leaves its report beside them. */
export interface Databases {
  restored: number;
  initialised: number;
}

const entries = (directory: string): Dirent[] => readdirSync(directory, { withFileTypes: true });

/**
 * Counts the data directories beneath `root`, at any depth. What vanishes meanwhile is none: kubelet replaces the directories of
 * ConfigMaps and Secrets (`..2026_…`) and removes those of pods whenever it likes.
 * @param read entries of a directory
 * @throws Error when something that is there cannot be read
 */
export function databasesOnDisk(root: string, read = entries): Databases {
  const made = dataDirectories(root, read);
  const restored = made.filter((directory) => existsSync(join(directory, "../recovery.json"))).length;
  return { restored, initialised: made.length - restored };
}

function dataDirectories(directory: string, read: typeof entries): string[] {
  return whatIsThere(directory, read)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const path = join(directory, name);
      return name === "pgdata" && existsSync(join(path, "PG_VERSION")) ? [path] : dataDirectories(path, read);
    });
}

function whatIsThere(directory: string, read: typeof entries): Dirent[] {
  try {
    return read(directory);
  } catch (error) {
    if (!existsSync(directory)) return [];
    throw error;
  }
}
