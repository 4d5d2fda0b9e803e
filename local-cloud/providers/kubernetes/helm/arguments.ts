import type { Properties } from "../../framework/provider";
import { isObject } from "../json";
import { SWITCHES } from "./releaseInputs";

/** Options of `helm upgrade --install` for a release; its values come on the standard input. */
export function upgradeArguments(inputs: Properties): string[] {
  const { name, chart, version, repositoryOpts, description, maxHistory } = inputs;
  const repository = isObject(repositoryOpts) ? repositoryOpts["repo"] : undefined;
  const remote = repository !== undefined || inputs["checksum"] === undefined;
  const waits = inputs["skipAwait"] !== true;
  return [
    "upgrade",
    "--install",
    textOf(name),
    textOf(chart),
    `--namespace=${textOf(inputs["namespace"])}`,
    "--values=-",
    "--output=json",
    `--timeout=${timeoutSeconds(inputs)}s`,
    // Without a strategy, helm waits for hooks only.
    ...(waits ? ["--wait=watcher"] : []),
    ...(waits && inputs["waitForJobs"] === true ? ["--wait-for-jobs"] : []),
    ...(remote && typeof version === "string" ? [`--version=${version}`] : []),
    ...(typeof repository === "string" ? [`--repo=${repository}`] : []),
    ...(typeof description === "string" ? [`--description=${description}`] : []),
    `--history-max=${typeof maxHistory === "number" ? maxHistory : 0}`,
    ...Object.entries(SWITCHES).flatMap(([input, option]) => (inputs[input] === true ? [option] : [])),
  ];
}

/** Options of `helm uninstall`; a release that is gone counts as uninstalled. */
export function uninstallArguments(inputs: Properties): string[] {
  return [
    "uninstall",
    textOf(inputs["name"]),
    `--namespace=${textOf(inputs["namespace"])}`,
    "--ignore-not-found",
    `--timeout=${timeoutSeconds(inputs)}s`,
    // In the foreground, so that pods are gone as well and not only what made them.
    ...(inputs["skipAwait"] === true ? [] : ["--wait=watcher", "--cascade=foreground"]),
  ];
}

/** Seconds that one operation may take. */
export function timeoutSeconds(inputs: Properties): number {
  const { timeout } = inputs;
  return typeof timeout === "number" ? timeout : 300;
}

function textOf(value: Properties[string] | undefined): string {
  return typeof value === "string" ? value : "";
}
