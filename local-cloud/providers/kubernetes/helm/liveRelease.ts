import { parseAllDocuments } from "yaml";
import type { Properties } from "../../framework/provider";
import { at, isObject, objectAt, textAt, type Json } from "../json";

/** What helm knows of a release. */
export interface LiveRelease {
  /** As in `deployed`, `failed`, `pending-install`. */
  status: string;
  /** The `status` and `resourceNames` of the resource's outputs. */
  outputs: Properties;
  /** What its values are on top of the chart's. */
  values: Properties;
}

/**
 * Reads what `helm get` prints.
 * @param metadata of `helm get metadata`
 * @param manifest of `helm get manifest`
 * @param values of `helm get values`
 */
export function parseRelease(metadata: string, manifest: string, values: string): LiveRelease {
  const told = JSON.parse(metadata) as Json;
  const status = textAt(told, "status");
  return {
    status,
    outputs: {
      status: {
        name: textAt(told, "name"),
        namespace: textAt(told, "namespace"),
        revision: at(told, "revision") ?? 0,
        status,
        version: textAt(told, "version"),
        appVersion: textAt(told, "appVersion"),
        chart: textAt(told, "chart"),
      },
      resourceNames: resourceNames(manifest),
    },
    values: objectAt(JSON.parse(values) as Json),
  };
}

/** Names of a manifest's objects by `Kind.group/apiVersion`, as the upstream provider gives them. */
export function resourceNames(manifest: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const document of parseAllDocuments(manifest)) {
    const object = document.toJSON() as Json;
    if (!isObject(object) || textAt(object, "kind") === "") continue;
    const apiVersion = textAt(object, "apiVersion");
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0] ?? ""}` : "";
    const namespace = textAt(object, "metadata", "namespace");
    const name = textAt(object, "metadata", "name");
    (found[`${textAt(object, "kind")}${group}/${apiVersion}`] ??= []).push(
      namespace === "" ? name : `${namespace}/${name}`,
    );
  }
  return Object.fromEntries(Object.entries(found).map(([key, names]) => [key, names.sort()]));
}
