import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { directoriesBeneath } from "../../support/directoriesBeneath";

/** Data directories, by what made them: a restore leaves its report beside them. */
export interface Databases {
  restored: number;
  initialised: number;
}

/** Counts the data directories beneath `root`, at any depth, while a cluster may be at work there. */
export function databasesOnDisk(root: string): Databases {
  const made = directoriesBeneath(root).filter(
    (path) => basename(path) === "pgdata" && existsSync(join(path, "PG_VERSION")),
  );
  const restored = made.filter((path) => existsSync(join(path, "../recovery.json"))).length;
  return { restored, initialised: made.length - restored };
}
