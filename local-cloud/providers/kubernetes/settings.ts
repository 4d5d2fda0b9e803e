import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { changesOf, differencesOf, isSame } from "../framework/differences";
import { UNKNOWN, type CheckFailure, type Difference, type Properties } from "../framework/provider";
import { isObject, listAt, objectAt, textAt, type Json } from "./json";
import type { MutabilityOptions } from "./replaceRules";

/** What a program sets for the provider. */
export interface Settings extends MutabilityOptions {
  /** Content of the kubeconfig; undefined: the one that kubectl finds by itself. */
  kubeconfig: string | undefined;
  context: string | undefined;
  cluster: string | undefined;
  /** Where objects go that name no namespace. */
  namespace: string;
  /** Objects of a cluster that is gone count as gone. */
  deleteUnreachable: boolean;
  /** Takes fields from other managers instead of failing. */
  enablePatchForce: boolean;
  /** Creates over what is there already. */
  upsertExistingObjects: boolean;
}

/** Inputs that mean something here. */
const TAKEN = [
  "kubeconfig",
  "context",
  "cluster",
  "namespace",
  "clusterIdentifier",
  "deleteUnreachable",
  "enableServerSideApply",
  "enablePatchForce",
  "enableConfigMapMutable",
  "enableSecretMutable",
  "upsertExistingObjects",
];

/** Inputs of the upstream provider that change only its messages or its pace. */
const WITHOUT_EFFECT = ["suppressDeprecationWarnings", "suppressHelmHookWarnings", "kubeClientSettings"];

/** Failures of the provider's inputs. */
export function checkSettings(inputs: Properties): CheckFailure[] {
  const failures = Object.entries(inputs)
    .filter(([name, value]) => ![...TAKEN, ...WITHOUT_EFFECT].includes(name) && value !== null)
    .map(([property]) => ({ property, reason: "the embedded provider does not have this setting" }));
  if (inputs["enableServerSideApply"] === false)
    failures.push({
      property: "enableServerSideApply",
      reason: "the embedded provider applies on the server only: leave it out, or set it to true",
    });
  const problem = kubeconfigProblem(inputs);
  if (problem !== undefined) failures.push({ property: "kubeconfig", reason: problem });
  return failures;
}

function kubeconfigProblem(inputs: Properties): string | undefined {
  try {
    const content = contentOf(inputs);
    if (content === undefined) return undefined;
    const config = parseConfig(content);
    const context =
      typeof inputs["context"] === "string" ? inputs["context"] : textAt(config, "current-context");
    if (clusterOf(inputs) !== undefined || context === "") return undefined;
    const names = listAt(config, "contexts").map((entry) => textAt(entry, "name"));
    return names.includes(context)
      ? undefined
      : `it has no context ${context}; it has ${names.join(", ") || "none"}`;
  } catch {
    return "it is neither the path of a readable file nor a kubeconfig in YAML or JSON";
  }
}

/** Settings of the provider from its inputs and, as with the upstream provider, from the environment. */
export function settingsOf(inputs: Properties): Settings {
  const text = (name: string): string | undefined => {
    const value = inputs[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const flag = (name: string, variable: string): boolean =>
    inputs[name] === undefined ? process.env[variable] === "true" : inputs[name] === true;
  return {
    kubeconfig: contentOf(inputs),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace") ?? namespaceOfContext(inputs) ?? "default",
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
  };
}

/** Whether another provider configuration is another cluster, so that everything must be made anew there. */
export function diffSettings(old: Properties, now: Properties): Difference {
  const differences = differencesOf(old, now);
  const before = old["clusterIdentifier"];
  const after = now["clusterIdentifier"];
  if (before !== undefined && after !== undefined)
    return { changes: changesOf(differences, isSame(before, after) ? [] : ["clusterIdentifier"]) };
  const places = ["kubeconfig", "context", "cluster"];
  const unknown = places.filter((name) => now[name] === UNKNOWN);
  if (unknown.length > 0) return { changes: changesOf(differences, unknown) };
  const [oldCluster, newCluster] = [clusterOf(old), clusterOf(now)];
  const moved = oldCluster && newCluster && !isSame(oldCluster, newCluster);
  return { changes: changesOf(differences, moved ? places : []) };
}

/** The kubeconfig itself, of an input that is its content, its path, or the object. */
function contentOf(inputs: Properties): string | undefined {
  const { kubeconfig } = inputs;
  if (isObject(kubeconfig)) return JSON.stringify(kubeconfig);
  if (typeof kubeconfig !== "string" || kubeconfig === "") return undefined;
  const path = kubeconfig.startsWith("~/") ? join(homedir(), kubeconfig.slice(2)) : kubeconfig;
  return isFile(path) ? readFileSync(path, "utf8") : kubeconfig;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Also a content that is too long for a path.
    return false;
  }
}

function parseConfig(content: string): Json {
  const config = parse(content) as Json;
  if (!isObject(config) || !("clusters" in config)) throw new Error("this is no kubeconfig");
  return config;
}

function named(config: Json, list: string, name: string): Json | undefined {
  return listAt(config, list).find((entry) => textAt(entry, "name") === name);
}

/** The part of the kubeconfig that says which cluster is meant. */
function clusterOf(inputs: Properties): Json | undefined {
  const config = configOf(inputs);
  if (config === undefined) return undefined;
  const { context, cluster } = inputs;
  const current = typeof context === "string" ? context : textAt(config, "current-context");
  const name =
    typeof cluster === "string" ? cluster : textAt(named(config, "contexts", current), "context", "cluster");
  const found = named(config, "clusters", name);
  return found && objectAt(found, "cluster");
}

function configOf(inputs: Properties): Json | undefined {
  try {
    const content = contentOf(inputs);
    return content === undefined ? undefined : parseConfig(content);
  } catch {
    return undefined;
  }
}

function namespaceOfContext(inputs: Properties): string | undefined {
  const standard = process.env["KUBECONFIG"]?.split(":")[0] ?? join(homedir(), ".kube", "config");
  const config = configOf(inputs["kubeconfig"] === undefined ? { kubeconfig: standard } : inputs);
  if (config === undefined) return undefined;
  const { context } = inputs;
  const current = typeof context === "string" ? context : textAt(config, "current-context");
  return textAt(named(config, "contexts", current), "context", "namespace") || undefined;
}
