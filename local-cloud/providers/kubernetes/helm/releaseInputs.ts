import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { fileHashes, hashOf } from "../../../toolchain/recipe";
import { UNKNOWN, type CheckFailure, type Properties } from "../../framework/provider";
import { isObject, omit, textAt, type Json } from "../json";

/** Seconds that one operation of a release may take when the program does not say. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** Inputs that become an option of helm as they are. */
export const SWITCHES: Record<string, string> = {
  atomic: "--rollback-on-failure",
  cleanupOnFail: "--cleanup-on-fail",
  createNamespace: "--create-namespace",
  dependencyUpdate: "--dependency-update",
  devel: "--devel",
  disableOpenapiValidation: "--disable-openapi-validation",
  disableWebhooks: "--no-hooks",
  forceUpdate: "--force-replace",
  renderSubchartNotes: "--render-subchart-notes",
  resetValues: "--reset-values",
  reuseValues: "--reuse-values",
  skipCrds: "--skip-crds",
};

const OTHERS = [
  "name",
  "namespace",
  "chart",
  "version",
  "values",
  "timeout",
  "skipAwait",
  "waitForJobs",
  "description",
  "maxHistory",
  "repositoryOpts",
  "checksum",
];

/** Inputs of the upstream provider that have no effect there either, or only on its outputs. */
const WITHOUT_EFFECT = ["allowNullValues", "compat", "manifest", "resourceNames"];

/** Failures of a release's inputs. What is switched off counts as absent. */
export function checkRelease(inputs: Properties): CheckFailure[] {
  const failures = Object.keys(given(inputs))
    .filter((name) => !(name in SWITCHES) && !OTHERS.includes(name) && !name.startsWith("__"))
    .map((property) => ({ property, reason: "the embedded provider does not do this: leave it out" }));
  const { chart, timeout } = inputs;
  if (typeof chart === "string") failures.push(...checkChart(chart));
  else if (chart !== UNKNOWN) failures.push({ property: "chart", reason: "it is required" });
  if (typeof timeout === "number" && !(timeout > 0))
    failures.push({ property: "timeout", reason: `${timeout} is not a number of seconds above 0` });
  const { repositoryOpts } = inputs;
  if (isObject(repositoryOpts))
    failures.push(
      ...Object.keys(given(repositoryOpts))
        .filter((name) => name !== "repo")
        .map((name) => ({
          property: `repositoryOpts.${name}`,
          reason: "the embedded provider reads from open repositories only",
        })),
    );
  return failures;
}

function checkChart(chart: string): CheckFailure[] {
  const isPath = chart.startsWith(".") || chart.startsWith("/");
  if (!isPath || existsSync(chart)) return [];
  return [{ property: "chart", reason: `there is no chart at ${chart}` }];
}

/**
 * Inputs of a release with everything that decides whether it changes.
 * @param decided name and namespace for when the program gives none
 */
export function completeRelease(
  inputs: Properties,
  decided: { name: string; namespace: string },
): Properties {
  const complete: Properties = { timeout: DEFAULT_TIMEOUT_SECONDS, ...decided, ...given(inputs) };
  const { chart } = complete;
  if (typeof chart !== "string" || !existsSync(chart)) return complete;
  return { ...complete, checksum: chartChecksum(chart), version: complete["version"] ?? chartVersion(chart) };
}

/** Inputs without those that say what is so anyway. */
function given(inputs: Properties): Properties {
  const absent = Object.entries(inputs)
    .filter(([, value]) => value === null || value === false || value === "")
    .map(([name]) => name);
  return omit(inputs, ...absent, ...WITHOUT_EFFECT);
}

/** Twelve digits that stand for every file of a chart: its version need not change when its templates do. */
function chartChecksum(chart: string): string {
  return hashOf(statSync(chart).isDirectory() ? fileHashes(chart) : readFileSync(chart, "base64"));
}

function chartVersion(chart: string): string {
  const file = join(chart, "Chart.yaml");
  return existsSync(file) ? textAt(parse(readFileSync(file, "utf8")) as Json, "version") : "";
}
