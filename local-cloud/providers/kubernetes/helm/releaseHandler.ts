import { CommandError, run, type RunOptions } from "../../../../lib/process";
import { changesOf, containsUnknown, differencesOf, isSame } from "../../framework/differences";
import {
  PartialFailure,
  UNKNOWN,
  type CallContext,
  type KnownState,
  type Properties,
  type PropertyValue,
  type ReadState,
  type ResourceHandler,
} from "../../framework/provider";
import { UnreachableError } from "../apiError";
import type { Cluster } from "../cluster";
import { isObject, listAt, omit, textAt, toJson, type Json } from "../json";
import type { Kind } from "../kinds";
import { drawName } from "../naming";
import { unreadyPods } from "../readiness/pod";
import { timeoutSeconds, uninstallArguments, upgradeArguments } from "./arguments";
import { parseRelease, type LiveRelease } from "./liveRelease";
import { checkRelease, completeRelease } from "./releaseInputs";

/** Milliseconds between two looks at a release's pods. */
const LOOK_MS = 2000;

/** Milliseconds that helm may take beyond its own time limit, which holds for each of its steps. */
const GRACE_MS = 120_000;

/** A Helm release. */
export function releaseHandler(cluster: Cluster): ResourceHandler {
  const { api, discovery, settings } = cluster;
  const secrets: Kind = { group: "", version: "v1", kind: "Secret" };
  const pods: Kind = { group: "", version: "v1", kind: "Pod" };

  async function helm(
    args: readonly string[],
    options: Pick<RunOptions, "input" | "timeoutMs" | "signal"> = {},
  ): Promise<string> {
    try {
      return (await run("helm", [...cluster.helmArgs, ...args], { timeoutMs: LOOK_MS * 30, ...options }))
        .stdout;
    } catch (error) {
      if (
        error instanceof CommandError &&
        /cluster unreachable|connection refused|no route to host/i.test(error.stderr)
      )
        throw new UnreachableError(error.stderr.trim());
      throw error;
    }
  }

  /** @returns undefined when there is no such release */
  async function look(name: string, namespace: string): Promise<LiveRelease | undefined> {
    const get = (what: string, ...more: string[]): Promise<string> =>
      helm(["get", what, name, `--namespace=${namespace}`, ...more]);
    try {
      const metadata = await get("metadata", "--output=json");
      const [manifest, values] = await Promise.all([get("manifest"), get("values", "--output=json")]);
      return parseRelease(metadata, manifest, values);
    } catch (error) {
      if (error instanceof CommandError && /release: not found/.test(error.stderr)) return undefined;
      throw error;
    }
  }

  async function create(
    inputs: Properties,
    context: CallContext,
  ): Promise<{ id: string; outputs: Properties }> {
    if (context.preview) return { id: "", outputs: previewOutputs(inputs) };
    const { name, namespace } = placeOf(inputs);
    const existing = await look(name, namespace);
    if (existing?.status === "deployed")
      throw new Error(
        `the Helm release ${namespace}/${name} exists already, and this stack does not manage it: ` +
          `give the release another name, or remove it with helm uninstall ${name} -n ${namespace}`,
      );
    return { id: `${namespace}/${name}`, outputs: await upgrade(inputs, context) };
  }

  async function update(_known: KnownState, inputs: Properties, context: CallContext): Promise<Properties> {
    return context.preview ? previewOutputs(inputs) : upgrade(inputs, context);
  }

  async function upgrade(inputs: Properties, context: CallContext): Promise<Properties> {
    const { name, namespace } = placeOf(inputs);
    await removePending(name, namespace, context);
    const watch = watchPods(name, namespace, context);
    try {
      await helm(upgradeArguments(inputs), {
        input: JSON.stringify(isObject(inputs["values"]) ? toJson(inputs["values"]) : {}),
        timeoutMs: timeoutSeconds(inputs) * 1000 + GRACE_MS,
        signal: context.signal,
      });
    } catch (error) {
      const live = await look(name, namespace).catch(() => undefined);
      if (!live) throw error;
      const reason = context.signal.aborted ? "it was cancelled" : messageOf(error);
      const unready = watch.last() === "" ? "" : `; not ready: ${watch.last()}`;
      throw new PartialFailure(
        { id: `${namespace}/${name}`, outputs: { ...inputs, ...live.outputs } },
        `Helm release ${namespace}/${name} is not done: ${reason}${unready}`,
      );
    } finally {
      watch.stop();
    }
    const live = await look(name, namespace);
    return { ...inputs, ...live?.outputs };
  }

  /** A helm that was killed leaves a record that makes every later one refuse to work. What it made stays. */
  async function removePending(name: string, namespace: string, context: CallContext): Promise<void> {
    const selector = `owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback,uninstalling)`;
    const path = await discovery.path(secrets, namespace);
    const query = new URLSearchParams({ labelSelector: selector }).toString();
    for (const record of listAt(await api.request({ path: `${path}?${query}` }), "items")) {
      const recordName = textAt(record, "metadata", "name");
      context.log(
        "warning",
        `an earlier run was killed at work on this release: its record ${recordName} is removed`,
      );
      await api.request({ method: "DELETE", path: `${path}/${recordName}` });
    }
  }

  function watchPods(
    name: string,
    namespace: string,
    context: CallContext,
  ): { last(): string; stop(): void } {
    let last = "";
    const query = new URLSearchParams({ labelSelector: `app.kubernetes.io/instance=${name}`, limit: "50" });
    const timer = setInterval(() => {
      discovery
        .path(pods, namespace)
        .then((path) => api.request({ path: `${path}?${query.toString()}` }))
        .then((found: Json) => {
          const unready = unreadyPods(listAt(found, "items"));
          if (unready !== last) context.log("status", unready === "" ? "" : `waiting for ${unready}`);
          last = unready;
        })
        // The line is only a comfort: helm itself tells what is wrong.
        .catch(() => undefined);
    }, LOOK_MS);
    return {
      last: () => last,
      stop() {
        clearInterval(timer);
        context.log("status", "");
      },
    };
  }

  async function read(known: KnownState, context: CallContext): Promise<ReadState | undefined> {
    const imported = Object.keys(known.inputs).length === 0;
    const slash = known.id.indexOf("/");
    const place = {
      name: known.id.slice(slash + 1),
      namespace: known.id.slice(0, slash) || settings.namespace,
    };
    const live = await reachable(context, () => look(place.name, place.namespace));
    if (!live) return undefined;
    const found = live.outputs["status"];
    const chart = isObject(found) ? found["chart"] : undefined;
    const inputs: Properties = imported
      ? { ...place, chart: chart ?? "", values: live.values }
      : { ...known.inputs, ...liveValues(known.inputs["values"], live.values) };
    const state = { id: known.id, inputs, outputs: { ...inputs, ...live.outputs } };
    if (imported || live.status === "deployed") return state;
    throw new PartialFailure(state, `Helm release ${known.id} is ${live.status}`);
  }

  async function remove(known: KnownState, context: CallContext): Promise<void> {
    const timeoutMs = timeoutSeconds(known.inputs) * 1000 + GRACE_MS;
    await reachable(context, () => helm(uninstallArguments(known.inputs), { timeoutMs }));
  }

  async function reachable<T>(context: CallContext, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnreachableError) || !settings.deleteUnreachable) throw error;
      context.log("warning", `${error.message}; deleteUnreachable is set, so its release counts as gone`);
      return undefined;
    }
  }

  return {
    check(inputs, known, context) {
      const failures = checkRelease(inputs);
      if (failures.length > 0) return { inputs, failures };
      const kept = known?.inputs["name"];
      const name = typeof kept === "string" ? kept : drawName(context.urn, context.randomSeed);
      return { inputs: completeRelease(inputs, { name, namespace: settings.namespace }), failures };
    },
    diff: (known, inputs) => ({
      changes: changesOf(differencesOf(known.inputs, inputs), ["name", "namespace"]),
    }),
    create,
    read,
    update,
    delete: remove,
  };
}

function placeOf(inputs: Properties): { name: string; namespace: string } {
  const { name, namespace } = inputs;
  return {
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : "",
  };
}

function previewOutputs(inputs: Properties): Properties {
  return { ...inputs, status: UNKNOWN, resourceNames: UNKNOWN };
}

/** The live values where they are not the program's; a value that is null is one that helm leaves out. */
function liveValues(given: PropertyValue | undefined, live: Properties): Properties {
  const asked = isObject(given) ? given : {};
  if (containsUnknown(asked) || isSame(withoutNulls(asked), withoutNulls(live))) return {};
  return { values: live };
}

function withoutNulls(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const nulls = Object.keys(value).filter((name) => value[name] === null);
  return Object.fromEntries(
    Object.entries(omit(value, ...nulls)).map(([name, inner]) => [name, withoutNulls(inner)]),
  );
}

function messageOf(error: unknown): string {
  if (error instanceof CommandError) return error.stderr.trim() || error.message;
  return error instanceof Error ? error.message : String(error);
}
