import type { KubernetesApi } from "./api";
import { ApiError, isNotFound } from "./apiError";
import { at, listAt, textAt, type Json } from "./json";
import { apiVersionOf, isClusterScoped, type Kind } from "./kinds";

/** How the API server names a kind. */
export interface ResourceName {
  /** As in paths: `deployments`. */
  plural: string;
  namespaced: boolean;
}

/** Finds out how the API server names kinds. */
export class Discovery {
  private readonly known = new Map<string, Promise<Json[]>>();

  constructor(private readonly api: KubernetesApi) {}

  /** @returns undefined when the server does not have the kind, or not yet */
  async find(kind: Kind): Promise<ResourceName | undefined> {
    const cached = await this.lookUp(kind);
    if (cached) return cached;
    this.known.delete(apiVersionOf(kind));
    return this.lookUp(kind);
  }

  /** Whether objects of a kind have a namespace; for a kind that is not there yet, they are taken to have one. */
  async isNamespaced(kind: Kind): Promise<boolean> {
    if (isClusterScoped(kind)) return false;
    if (kind.group === "" || ["apps", "batch"].includes(kind.group)) return true;
    return (await this.find(kind))?.namespaced ?? true;
  }

  /**
   * Path of an object, or of a namespace's objects when there is no name.
   * @throws ApiError with code 404 when the server does not have the kind
   */
  async path(kind: Kind, namespace: string, name?: string): Promise<string> {
    const found = await this.find(kind);
    if (!found) throw noSuchKind(kind);
    const parts = [
      kind.group === "" ? "/api" : `/apis/${kind.group}`,
      kind.version,
      ...(found.namespaced && namespace !== "" ? ["namespaces", encodeURIComponent(namespace)] : []),
      found.plural,
      ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ];
    return parts.join("/");
  }

  private async lookUp(kind: Kind): Promise<ResourceName | undefined> {
    const apiVersion = apiVersionOf(kind);
    const resources = this.known.get(apiVersion) ?? this.fetch(kind);
    this.known.set(apiVersion, resources);
    resources.catch(() => this.known.delete(apiVersion));
    const found = (await resources).find(
      (resource) => textAt(resource, "kind") === kind.kind && !textAt(resource, "name").includes("/"),
    );
    return found === undefined
      ? undefined
      : { plural: textAt(found, "name"), namespaced: at(found, "namespaced") === true };
  }

  private async fetch({ group, version }: Kind): Promise<Json[]> {
    try {
      const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      return listAt(await this.api.request({ path }), "resources");
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

function noSuchKind(kind: Kind): ApiError {
  return new ApiError(
    404,
    "NoSuchKind",
    `the cluster has no kind ${kind.kind} in ${apiVersionOf(kind)}: make its CustomResourceDefinition first, ` +
      `or check apiVersion and kind`,
  );
}
