import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";
import type { Weights } from "./course";

/** Of the last run of some suites: how it ended, and what it took. */
export interface Results {
  /** ISO. */
  finishedAt: string;
  passed: number;
  /** Full titles. */
  failed: readonly string[];
  seconds: number;
  suites: Weights;
}

/** Kept in the repository: what the suites that need the toolchain took in a real run. */
export const weightsFile = join(projectRoot, "test", "e2e", "weights.json");

/** Where the results of last runs are; not in the repository. */
export const resultsDirectory = join(projectRoot, "test-results");

/** Measured weights of all suites; none where there is no file yet. */
export function readWeights(file = weightsFile): Weights {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Weights;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/**
 * Keeps the results of a run in place of those of the last one.
 * @param name of the run, as in "e2e"
 */
export function writeResults(name: string, results: Results, directory = resultsDirectory): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
}
