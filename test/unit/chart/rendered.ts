import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { cacheDir, projectRoot } from "../../../lib/paths";
import { findCommand } from "@lstm-pfd/local-cloud/toolchain/installed";

/** As much of a Kubernetes object as the tests look at. */
export interface KubernetesObject {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** Path of Helm: an installed one, or the toolchain's; none before the toolchain has run. */
export function findHelm(): string | undefined {
  const cache = cacheDir();
  const built = existsSync(cache) ? readdirSync(cache).filter((entry) => entry.startsWith("helm-")) : [];
  return findCommand("helm") ?? built.map((entry) => join(cache, entry, "bin/helm")).find(existsSync);
}

/**
 * Objects that the application's chart makes of these values, over those that it needs at least.
 * @throws Error with Helm's words when it refuses them
 */
export function render(helm: string, values: object): KubernetesObject[] {
  return renderChart(helm, "chart", "lstm-pfd", { ...needed, ...values });
}

/**
 * Objects that a chart of this project makes of these values.
 * @param chart its directory, from the project's root
 * @throws Error with Helm's words when it refuses them
 */
export function renderChart(
  helm: string,
  chart: string,
  namespace: string,
  values: object,
): KubernetesObject[] {
  const text = execFileSync(
    helm,
    ["template", namespace, join(projectRoot, chart), `--namespace=${namespace}`, "--values=-"],
    { input: JSON.stringify(values), encoding: "utf8", stdio: "pipe" },
  );
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

const needed = {
  images: {
    postgres: "docker.io/lstm-pfd/postgres:1",
    application: "docker.io/lstm-pfd/application:1",
    redis: "docker.io/lstm-pfd/redis:1",
  },
  existingSecret: "lstm-pfd-secrets",
};
