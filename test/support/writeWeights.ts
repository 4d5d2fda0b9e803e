import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";
import { readWeights, resultsDirectory, type Results, weightsFile } from "./results";

/** Takes what the last whole runs measured as weights. Suites that have not been run since keep theirs. */
function writeWeights(): void {
  const files = existsSync(resultsDirectory)
    ? readdirSync(resultsDirectory).filter((file) => file.endsWith(".json"))
    : [];
  if (files.length === 0)
    throw new Error('nothing was measured yet: run "npm run test:e2e" or "npm run test:nightly" first');
  const weights = { ...readWeights() };
  for (const file of files) {
    const { failed, suites } = JSON.parse(readFileSync(join(resultsDirectory, file), "utf8")) as Results;
    if (failed.length > 0)
      throw new Error(
        `${file}: ${failed.join(", ")} failed, and a run that fails has no true figures: run it again`,
      );
    Object.assign(weights, suites);
  }
  writeFileSync(weightsFile, `${JSON.stringify(weights, undefined, 2)}\n`);
}

/** Takes what the last run of .ci/run measured as weights of its steps. Steps that it has not run keep theirs. */
function writeStepWeights(): void {
  const measured = join(resultsDirectory, "ci-steps");
  if (!existsSync(measured)) return;
  const file = join(projectRoot, ".ci", "weights");
  const secondsOf = new Map(
    [file, measured].flatMap((path) =>
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line): [string, string] => {
          const [seconds = "", step = ""] = line.split("\t");
          return [step, seconds];
        }),
    ),
  );
  writeFileSync(file, [...secondsOf].map(([step, seconds]) => `${seconds}\t${step}\n`).join(""));
}

writeWeights();
writeStepWeights();
