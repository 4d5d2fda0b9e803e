import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext, Properties } from "../framework/provider";
import { ApiError, isNotFound, UnreachableError } from "./apiError";
import type { Cluster } from "./cluster";
import { at, listAt, textAt, type Json } from "./json";
import type { Kind } from "./kinds";
import { annotation } from "./naming";
import { readinessCheck } from "./readiness/checks";
import type { Readiness, Surroundings } from "./readiness/readiness";

const POLL_MS = 500;

/** Milliseconds that are waited when neither `customTimeouts` nor an annotation says otherwise. */
const DEFAULT_TIMEOUT_MS = 600_000;

/** Milliseconds that an operation may wait. */
export function timeoutOf(inputs: Properties, context: CallContext): number {
  const seconds = Number(annotation(inputs, "pulumi.com/timeoutSeconds"));
  return (
    context.timeoutMs ?? (Number.isInteger(seconds) && seconds > 0 ? seconds * 1000 : DEFAULT_TIMEOUT_MS)
  );
}

/** An object that was written but did not become ready. */
export class NotReadyError extends Error {
  constructor(
    /** As it was seen last. */
    readonly live: Json,
    message: string,
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

/**
 * Waits until an object is ready, with a line that says what for.
 * @returns the object when it was ready
 * @throws NotReadyError when it failed, when the time is over, or when the wait is aborted
 */
export async function untilReady(
  cluster: Cluster,
  kind: Kind,
  written: Json,
  inputs: Properties,
  context: CallContext,
): Promise<Json> {
  const check = readinessCheck(kind)?.check;
  if (!check || annotation(inputs, "pulumi.com/skipAwait") === "true") return written;
  const start = Date.now();
  const timeoutMs = timeoutOf(inputs, context);
  const name = titleOf(kind, written);
  let live = written;
  let line = "";
  for (;;) {
    const readiness = await passingFailures(() =>
      Promise.resolve(check(live, surroundingsOf(cluster, live, Date.now() - start))),
    );
    if (readiness.state === "ready") {
      if (line !== "") context.log("status", "");
      return live;
    }
    if (readiness.state === "failed")
      throw new NotReadyError(live, `${name} failed: ${readiness.reason}${hintOf(kind, live)}`);
    if (context.signal.aborted || Date.now() - start > timeoutMs) {
      const end = context.signal.aborted ? reasonOf(context.signal) : `not ready after ${timeoutMs / 1000} s`;
      throw new NotReadyError(
        live,
        `${name}: ${end}; it waited for ${readiness.reason}${hintOf(kind, live)}`,
      );
    }
    const next = `waiting for ${readiness.reason}`;
    if (next !== line) context.log("status", next);
    line = next;
    await sleep(POLL_MS, undefined, { signal: context.signal }).catch(() => undefined);
    live = (await refetch(cluster, kind, live)) ?? live;
  }
}

/** How far an object is right now, without waiting; undefined for kinds whose readiness is not told on a read. */
export async function readinessNow(cluster: Cluster, kind: Kind, live: Json): Promise<Readiness | undefined> {
  const check = readinessCheck(kind);
  return check?.onRead === true ? check.check(live, surroundingsOf(cluster, live, Infinity)) : undefined;
}

/**
 * Waits until an object is gone.
 * @throws Error that names what keeps it, when the time is over or the wait is aborted
 */
export async function untilGone(
  cluster: Cluster,
  kind: Kind,
  deleted: Json,
  inputs: Properties,
  context: CallContext,
): Promise<void> {
  const start = Date.now();
  const timeoutMs = timeoutOf(inputs, context);
  let line = "";
  for (;;) {
    const live = await refetch(cluster, kind, deleted, true);
    if (live === undefined || textAt(live, "metadata", "uid") !== textAt(deleted, "metadata", "uid")) return;
    const finalizers = listAt(live, "metadata", "finalizers").map(String);
    const held = finalizers.length === 0 ? "" : `, held by its finalizers ${finalizers.join(", ")}`;
    if (context.signal.aborted || Date.now() - start > timeoutMs) {
      const end = context.signal.aborted
        ? reasonOf(context.signal)
        : `still there ${timeoutMs / 1000} s after its deletion`;
      throw new Error(
        `${titleOf(kind, live)}: ${end}${held}. ` +
          `See what holds it with kubectl describe ${kind.kind.toLowerCase()}${flagOf(live)} ${nameOf(live)}, then run this again`,
      );
    }
    const next = `waiting for it to be gone${held}`;
    if (next !== line) context.log("status", next);
    line = next;
    await sleep(POLL_MS, undefined, { signal: context.signal }).catch(() => undefined);
  }
}

async function refetch(
  cluster: Cluster,
  kind: Kind,
  object: Json,
  mayBeGone = false,
): Promise<Json | undefined> {
  try {
    const path = await cluster.discovery.path(kind, textAt(object, "metadata", "namespace"), nameOf(object));
    return await cluster.api.request({ path });
  } catch (error) {
    if (isNotFound(error)) {
      if (mayBeGone) return undefined;
      throw new Error(`${titleOf(kind, object)} was deleted while it was waited for`);
    }
    // An API server that restarts is back soon; the time limit still holds.
    if (error instanceof UnreachableError) return object;
    throw error;
  }
}

async function passingFailures(check: () => Promise<Readiness>): Promise<Readiness> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof UnreachableError || (error instanceof ApiError && error.code >= 429))
      return { state: "waiting", reason: error.message };
    throw error;
  }
}

function surroundingsOf(cluster: Cluster, live: Json, waitedMs: number): Surroundings {
  const namespace = textAt(live, "metadata", "namespace");
  const kinds: Record<"Pod" | "EndpointSlice" | "StorageClass", Kind> = {
    Pod: { group: "", version: "v1", kind: "Pod" },
    EndpointSlice: { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" },
    StorageClass: { group: "storage.k8s.io", version: "v1", kind: "StorageClass" },
  };
  return {
    waitedMs,
    async list(kind, selector) {
      const path = await cluster.discovery.path(kinds[kind], namespace);
      const query = new URLSearchParams({ labelSelector: selector, limit: "50" }).toString();
      return listAt(await cluster.api.request({ path: `${path}?${query}` }), "items");
    },
    async get(kind, name) {
      try {
        return await cluster.api.request({ path: await cluster.discovery.path(kinds[kind], "", name) });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

/** `Job site/restore`: how messages name an object. */
export function titleOf(kind: Kind, object: Json): string {
  const namespace = textAt(object, "metadata", "namespace");
  return `${kind.kind} ${namespace === "" ? "" : `${namespace}/`}${nameOf(object)}`;
}

function nameOf(object: Json): string {
  return textAt(object, "metadata", "name");
}

function flagOf(object: Json): string {
  const namespace = textAt(object, "metadata", "namespace");
  return namespace === "" ? "" : ` -n ${namespace}`;
}

/** Where a person reads more about a workload that does not run. */
function hintOf(kind: Kind, live: Json): string {
  const logs = ["Job", "Deployment", "StatefulSet", "DaemonSet", "Pod"].includes(kind.kind);
  if (!logs || at(live, "metadata", "name") === undefined) return "";
  return `. More: kubectl logs${flagOf(live)} ${kind.kind.toLowerCase()}/${nameOf(live)}`;
}

function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : "aborted";
}
