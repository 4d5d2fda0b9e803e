import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { changesOf, containsUnknown, differencesOf, parsePath, type Path } from "../framework/differences";
import {
  PartialFailure,
  UNKNOWN,
  type CallContext,
  type CheckFailure,
  type Difference,
  type KnownState,
  type Properties,
  type ReadState,
  type ResourceHandler,
} from "../framework/provider";
import { ApiError, conflictingManagers, isNotFound, isPassing, UnreachableError } from "./apiError";
import type { Cluster } from "./cluster";
import { at, isObject, objectAt, omit, textAt, toJson, type Json } from "./json";
import { apiVersionOf, type Kind } from "./kinds";
import { takenOver } from "./managedFields";
import { annotation, drawName, isAutonamed, isNamed, metadataOf, withName } from "./naming";
import { importedInputs, normalise, withDashes, withUnderscores } from "./normalise";
import { projectLive } from "./projection";
import { replacingPaths } from "./replaceRules";
import { NotReadyError, readinessNow, titleOf, untilGone, untilReady } from "./waiting";

/** Output with the manager under whose name this resource's fields are applied. */
const FIELD_MANAGER = "__fieldManager";

/** Manager of what is created; the first update takes its fields over. */
const CREATOR = "pulumi-kubernetes";

/** Attempts of a write whose namespace, kind or webhook may be about to come; 1, 2, 4, 8 and 16 s apart. */
const WRITE_ATTEMPTS = 6;

/** Attempts of a write that a controller may come in between. */
const OVERTAKING_ATTEMPTS = 5;

/** Kinds whose deletion is not awaited with `pulumi.com/skipAwait`. */
const SKIPS_AWAIT_OF_DELETION = [
  "Namespace",
  "Pod",
  "ReplicationController",
  "DaemonSet",
  "Deployment",
  "StatefulSet",
  "Job",
];

const UNREACHABLE_HINT =
  "if the cluster is gone for good, run this again with PULUMI_K8S_DELETE_UNREACHABLE=true " +
  "to remove its objects from the stack";

/** One object of one kind. */
export function objectHandler(kind: Kind, cluster: Cluster): ResourceHandler {
  const { api, discovery, settings } = cluster;
  const isSecret = kind.group === "" && kind.kind === "Secret";

  async function check(
    inputs: Properties,
    known: KnownState | undefined,
    context: CallContext,
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
    const full: Properties = { ...inputs, apiVersion: apiVersionOf(kind), kind: kind.kind };
    const failures = checkMetadata(full);
    if (failures.length > 0 || full["metadata"] === UNKNOWN) return { inputs: full, failures };
    const named = withName(full, known?.inputs, () => drawName(context.urn, context.randomSeed));
    const metadata = metadataOf(named);
    if (metadata["namespace"] !== undefined || !(await isNamespaced())) return { inputs: named, failures };
    return { inputs: { ...named, metadata: { ...metadata, namespace: settings.namespace } }, failures };
  }

  async function isNamespaced(): Promise<boolean> {
    try {
      return await discovery.isNamespaced(kind);
    } catch (error) {
      if (error instanceof UnreachableError || error instanceof ApiError) return true;
      throw error;
    }
  }

  async function diff(known: KnownState, inputs: Properties, context: CallContext): Promise<Difference> {
    const namespaced = await isNamespaced();
    const comparable = (from: Properties): Properties => inNamespace(normalise(kind, from), namespaced);
    const [old, now] = [comparable(known.inputs), comparable(inputs)];
    const changes = changesOf(differencesOf(old, now), replacingPaths(kind, inputs, settings));
    if (annotation(inputs, "pulumi.com/replaceUnready") === "true" && (await isUnready(known, context)))
      changes['metadata.annotations["pulumi.com/replaceUnready"]'] = "update-replace";
    const replaces = Object.values(changes).some((change) => change.endsWith("-replace"));
    const place = (from: Properties): unknown[] => [metadataOf(from)["name"], metadataOf(from)["namespace"]];
    const sameName =
      isNamed(now) && !isAutonamed(now) && place(old).every((part, i) => part === place(now)[i]);
    return { changes, deleteBeforeReplace: replaces && sameName };
  }

  async function isUnready(known: KnownState, context: CallContext): Promise<boolean> {
    if (kind.kind !== "Job") {
      context.log("warning", `pulumi.com/replaceUnready has no effect on a ${kind.kind}`);
      return false;
    }
    try {
      const live = await get(known.id);
      const readiness = live === undefined ? undefined : await readinessNow(cluster, kind, live);
      return readiness !== undefined && readiness.state !== "ready";
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      context.log("warning", `pulumi.com/replaceUnready is not looked at: ${error.message}`);
      return false;
    }
  }

  async function create(
    inputs: Properties,
    context: CallContext,
  ): Promise<{ id: string; outputs: Properties }> {
    const manager = managerOf(context.urn);
    if (context.preview) {
      const previewOutputs = await foresee(inputs, (body) => post(body, manager, true));
      return { id: "", outputs: previewOutputs ?? inputs };
    }
    const body = await bodyOf(inputs);
    const written = await withPatience(context, () => post(body, manager, false));
    const outputs = await awaited(written, inputs, manager, context);
    return { id: idOf(written), outputs };
  }

  async function post(body: Json, manager: string, dryRun: boolean): Promise<Json> {
    const namespace = textAt(body, "metadata", "namespace");
    const query = dryRun ? { dryRun: "All" } : {};
    if (settings.upsertExistingObjects) return apply(body, manager, { force: true, dryRun });
    const path = await discovery.path(kind, namespace);
    try {
      return await api.request({
        method: "POST",
        path: withQuery(path, { fieldManager: CREATOR, fieldValidation: "Warn", ...query }),
        body,
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
      throw new ApiError(
        error.code,
        error.reason,
        `${titleOf(kind, body)} exists already, and this stack does not manage it: ` +
          `delete it, give the resource another name, or take it over with pulumi import`,
      );
    }
  }

  async function update(known: KnownState, inputs: Properties, context: CallContext): Promise<Properties> {
    const manager = textOf(known.outputs[FIELD_MANAGER]) ?? managerOf(context.urn);
    if (context.preview)
      return (await foresee(inputs, (body) => apply(body, manager, { force: true, dryRun: true }))) ?? inputs;
    const desired = await bodyOf(inputs);
    const written = await withPatience(context, () =>
      overtaking(async () => {
        const live = await get(known.id);
        if (!live)
          throw new Error(
            `${kind.kind} ${known.id} is gone from the cluster: run pulumi refresh, then pulumi up again`,
          );
        return change(live, withIgnored(desired, live, context.ignoreChanges ?? []), manager);
      }),
    );
    return awaited(written, inputs, manager, context);
  }

  async function change(live: Json, body: Json, manager: string): Promise<Json> {
    if (kind.group === "apiextensions.k8s.io" && kind.kind === "CustomResourceDefinition") {
      // Applying would merge the lists of an old and a new schema.
      const resourceVersion = textAt(live, "metadata", "resourceVersion");
      return api.request({
        method: "PUT",
        path: withQuery(await pathOf(live), { fieldManager: CREATOR }),
        body: replaced(body, ["metadata", "resourceVersion"], resourceVersion),
      });
    }
    const owners = takenOver(live, manager);
    if (owners) await takeOver(live, owners);
    const force =
      settings.enablePatchForce ||
      textAt(body, "metadata", "annotations", "pulumi.com/patchForce") === "true";
    return apply(body, manager, { force, dryRun: false });
  }

  async function takeOver(live: Json, owners: Json[]): Promise<void> {
    await api.request({
      method: "PATCH",
      path: await pathOf(live),
      contentType: "application/json-patch+json",
      body: [
        { op: "replace", path: "/metadata/managedFields", value: owners },
        {
          op: "replace",
          path: "/metadata/resourceVersion",
          value: textAt(live, "metadata", "resourceVersion"),
        },
      ],
    });
  }

  async function apply(body: Json, manager: string, how: { force: boolean; dryRun: boolean }): Promise<Json> {
    const query = {
      fieldManager: manager,
      force: String(how.force),
      ...(how.dryRun ? { dryRun: "All" } : {}),
    };
    try {
      return await api.request({
        method: "PATCH",
        path: withQuery(await pathOf(body), query),
        contentType: "application/apply-patch+yaml",
        body,
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== "Conflict") throw error;
      const managers = [...new Set(conflictingManagers(error))];
      if (managers.length === 0) throw error;
      throw new Error(
        `${titleOf(kind, body)} has fields that ${managers.join(", ")} manages (${error.message}): ` +
          `leave them out of the program, list them in ignoreChanges, or set the annotation ` +
          `pulumi.com/patchForce to "true" to take them over`,
      );
    }
  }

  async function awaited(
    written: Json,
    inputs: Properties,
    manager: string,
    context: CallContext,
  ): Promise<Properties> {
    try {
      return outputsOf(await untilReady(cluster, kind, written, inputs, context), manager);
    } catch (error) {
      if (!(error instanceof NotReadyError)) throw error;
      throw new PartialFailure({ id: idOf(written), outputs: outputsOf(error.live, manager) }, error.message);
    }
  }

  /** The outcome of a dry run; undefined when the cluster cannot tell it yet. */
  async function foresee(
    inputs: Properties,
    dryRun: (body: Json) => Promise<Json>,
  ): Promise<Properties | undefined> {
    if (containsUnknown(inputs) || !(await cluster.isReachable())) return undefined;
    try {
      const live = await dryRun(await bodyOf(inputs));
      return omit(outputsOf(live, ""), "status");
    } catch (error) {
      const later = ["AlreadyExists", "Forbidden"];
      if (error instanceof UnreachableError || isNotFound(error)) return undefined;
      if (error instanceof ApiError && later.includes(error.reason)) return undefined;
      throw error;
    }
  }

  async function read(known: KnownState, context: CallContext): Promise<ReadState | undefined> {
    const imported = Object.keys(known.inputs).length === 0;
    const live = await reachable(context, () => get(known.id));
    if (!live) return undefined;
    const manager = textOf(known.outputs[FIELD_MANAGER]) ?? managerOf(context.urn);
    const outputs = outputsOf(live, manager);
    const inputs = imported
      ? importedInputs(toJson(omit(outputs, FIELD_MANAGER)))
      : projectLive(known.inputs, known.outputs, withStringData(known.inputs, outputs));
    const state = { id: known.id, inputs, outputs };
    if (imported || annotation(known.inputs, "pulumi.com/skipAwait") === "true") return state;
    const readiness = await readinessNow(cluster, kind, live);
    if (readiness === undefined || readiness.state === "ready") return state;
    throw new PartialFailure(state, `${titleOf(kind, live)}: ${readiness.reason}`);
  }

  async function remove(known: KnownState, context: CallContext): Promise<void> {
    const live = await reachable(context, () => get(known.id));
    if (!live) return;
    const policy = annotation(known.inputs, "pulumi.com/deletionPropagationPolicy")?.toLowerCase();
    const propagationPolicy =
      policy === "orphan" ? "Orphan" : policy === "background" ? "Background" : "Foreground";
    try {
      await api.request({
        method: "DELETE",
        path: await pathOf(live),
        body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
      });
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const skips = annotation(known.inputs, "pulumi.com/skipAwait") === "true";
    if (skips && SKIPS_AWAIT_OF_DELETION.includes(kind.kind)) return;
    await untilGone(cluster, kind, live, known.inputs, context);
  }

  /** Looks for an object in a cluster that may be gone with it. */
  async function reachable(
    context: CallContext,
    look: () => Promise<Json | undefined>,
  ): Promise<Json | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (!settings.deleteUnreachable) throw new Error(`${error.message}; ${UNREACHABLE_HINT}`);
      context.log("warning", `${error.message}; deleteUnreachable is set, so its object counts as gone`);
      return undefined;
    }
  }

  async function get(id: string): Promise<Json | undefined> {
    const slash = id.indexOf("/");
    const [namespace, name] = [id.slice(0, Math.max(slash, 0)), id.slice(slash + 1)];
    try {
      const inside = namespace || ((await isNamespaced()) ? settings.namespace : "");
      return await api.request({ path: await discovery.path(kind, inside, name) });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  function pathOf(object: Json): Promise<string> {
    return discovery.path(kind, textAt(object, "metadata", "namespace"), textAt(object, "metadata", "name"));
  }

  async function bodyOf(inputs: Properties): Promise<Json> {
    return withDashes(toJson(inNamespace(normalise(kind, inputs), await isNamespaced())));
  }

  return {
    ...(isSecret ? { secretOutputs: ["data", "stringData"] } : {}),
    check,
    diff,
    create,
    read,
    update,
    delete: remove,
  };
}

/** Failures of what this provider does not do with an object's metadata. */
function checkMetadata(inputs: Properties): CheckFailure[] {
  const metadata = metadataOf(inputs);
  if (metadata["generateName"] !== undefined && !isNamed(inputs))
    return [
      {
        property: "metadata.generateName",
        reason: "it cannot be applied on the server: give a name, or none to have one drawn",
      },
    ];
  if (annotation(inputs, "pulumi.com/waitFor") !== undefined)
    return [
      {
        property: 'metadata.annotations["pulumi.com/waitFor"]',
        reason:
          "the embedded provider waits by its own rules only: leave it out, or set pulumi.com/skipAwait",
      },
    ];
  return [];
}

function inNamespace(inputs: Properties, namespaced: boolean): Properties {
  if (inputs["metadata"] === UNKNOWN) return inputs;
  const { namespace, ...metadata } = metadataOf(inputs);
  if (!namespaced) return { ...inputs, metadata };
  return { ...inputs, metadata: { ...metadata, namespace: namespace ?? "default" } };
}

async function withPatience<T>(context: CallContext, write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || attempt === WRITE_ATTEMPTS) throw error;
      context.log("status", `attempt ${attempt}: ${error instanceof Error ? error.message : ""}`);
      await sleep(1000 * 2 ** (attempt - 1), undefined, { signal: context.signal });
    }
  }
}

/** Writes what was read just before: again when a controller has written in between. */
async function overtaking<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      const overtaken = error instanceof ApiError && error.reason === "Conflict";
      if (!overtaken || attempt === OVERTAKING_ATTEMPTS) throw error;
    }
  }
}

/** Fields that a program ignores keep their live values, whoever manages them. */
function withIgnored(body: Json, live: Json, ignored: readonly string[]): Json {
  return ignored.map(parsePath).reduce((changed, path) => {
    const value = at(live, ...path);
    return value === undefined ? changed : replaced(changed, path, value);
  }, body);
}

function replaced(target: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(target))
    return target.map((item, index) => (index === Number(step) ? replaced(item, rest, value) : item));
  return isObject(target) ? { ...target, [step]: replaced(target[step] ?? {}, rest, value) } : target;
}

function managerOf(urn: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

function outputsOf(live: Json, manager: string): Properties {
  const shown = withUnderscores(live);
  const metadata = omit(objectAt(shown, "metadata"), "managedFields");
  return { ...(isObject(shown) ? shown : {}), metadata, [FIELD_MANAGER]: manager };
}

/** A live Secret with the texts that its program gave as such. */
function withStringData(inputs: Properties, live: Properties): Properties {
  const { stringData } = inputs;
  const { data } = live;
  if (!isObject(stringData)) return live;
  const texts = Object.keys(stringData).flatMap((key): [string, string][] => {
    const encoded = isObject(data) ? data[key] : undefined;
    return typeof encoded === "string" ? [[key, Buffer.from(encoded, "base64").toString()]] : [];
  });
  return { ...live, stringData: Object.fromEntries(texts) };
}

function idOf(live: Json): string {
  const namespace = textAt(live, "metadata", "namespace");
  return `${namespace === "" ? "" : `${namespace}/`}${textAt(live, "metadata", "name")}`;
}

function withQuery(path: string, query: Record<string, string>): string {
  return `${path}?${new URLSearchParams(query).toString()}`;
}

function textOf(value: Properties[string] | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
