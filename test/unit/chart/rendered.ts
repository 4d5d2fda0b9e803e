import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { projectRoot } from "../../../lib/paths";
import { resolveTools } from "@lstm-pfd/local-cloud/toolchain/resolve";
import { tools } from "@lstm-pfd/local-cloud/toolchain/tools";

/** As much of a Kubernetes object as the tests look at. */
export interface KubernetesObject {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

let helm: string | undefined;

/**
 * Finds the toolchain's program that renders charts as the Kubernetes provider does, before the tests of the suite that calls
 * this. Before the toolchain has run they are skipped; .ci/run counts that as a failure.
 */
export function withHelm(): void {
  before(async function () {
    const { executables } = await resolveTools(tools.filter(({ name }) => name === "helm-chart"));
    helm = executables["helm-chart"];
    if (helm === undefined) this.skip();
  });
}

/** Helm's output for these values. */
function runHelm(args: string[], values: object): string {
  assert.ok(helm !== undefined, "the suite lacks withHelm()");
  return execFileSync(helm, args, { input: JSON.stringify(values), encoding: "utf8", stdio: "pipe" });
}

/**
 * Objects that the application's chart makes of these values, over those that it needs at least.
 * @throws Error with Helm's words when it refuses them
 */
export function render(values: object): KubernetesObject[] {
  return renderChart("chart", "lstm-pfd", { ...needed, ...values });
}

/**
 * Objects that a chart of this project makes of these values.
 * @param chart its directory, from the project's root
 * @throws Error with Helm's words when it refuses them
 */
export function renderChart(chart: string, namespace: string, values: object): KubernetesObject[] {
  const text = runHelm(
    ["template", `-name=${namespace}`, `-namespace=${namespace}`, join(projectRoot, chart)],
    values,
  );
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/**
 * Reads a chart of this project as Helm's own check does.
 * @param values over those that the application's chart needs at least
 * @throws Error with what Helm finds, warnings included
 */
export function lint(chart: string, values: object): void {
  runHelm(["lint", join(projectRoot, chart)], values);
}

/** Values that the application's chart has no default for. */
export const needed = {
  images: {
    postgres: "docker.io/lstm-pfd/postgres:1",
    application: "docker.io/lstm-pfd/application:1",
    redis: "docker.io/lstm-pfd/redis:1",
  },
  existingSecret: "lstm-pfd-secrets",
};
