import { type Context, type Finding, oneLine, type Severity, spanText } from "./finding";
import type { LastLines } from "./facts";
import { knownMessage } from "./knownMessages";
import {
  conditionOf,
  type ContainerStatus,
  type KubernetesEvent,
  newestEvent,
  placeOf,
  type Pod,
  timeOf,
} from "./kubernetes";
import { configurationReasons, pullProblem, pullReasons, schedulingProblem } from "./waitingPods";

/** What stands beside the pods. */
export interface AroundPods {
  events: readonly KubernetesEvent[];
  logs: readonly LastLines[];
}

/** Pods that have just been made may still be starting. */
const STARTING_MS = 3 * 60_000;
/** A kill for memory that is longer ago has been lived with. */
const RECENT_MS = 24 * 3_600_000;
/** The kubelet waits for at most five minutes between two tries. */
const LOOPING_MS = 10 * 60_000;
/** Longer than any pod of ours may take to end. */
const ENDING_MS = 10 * 60_000;

/** What is wrong with a pod, before it is said of which one. */
interface Trouble {
  severity?: Severity;
  what: string;
  evidence: string;
  todo: string;
  command?: string;
  becauseOf?: readonly string[];
  about?: readonly string[];
}

/** What is wrong with the pods: one finding for all pods of a workload that have the same. */
export function judgePods(pods: readonly Pod[], around: AroundPods, context: Context): Finding[] {
  const groups = new Map<string, { pods: Pod[]; trouble: Trouble }>();
  for (const pod of pods) {
    const trouble = troubleOf(pod, around, context);
    if (trouble === undefined) continue;
    const key = `${pod.metadata.namespace ?? ""}/${ownerOf(pod)} ${trouble.what}`;
    const group = groups.get(key) ?? { pods: [], trouble };
    group.pods.push(pod);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ pods: alike, trouble }) => {
    const [first] = alike as [Pod, ...Pod[]];
    const { name, namespace = context.namespace } = first.metadata;
    const others = alike.length === 1 ? "" : ` (and ${alike.length - 1} more of ${ownerOf(first)})`;
    return {
      severity: trouble.severity ?? (isServing(first) ? "down" : "at risk"),
      what: `pod ${name}${others}: ${trouble.what}`,
      evidence: oneLine(trouble.evidence),
      todo: trouble.todo,
      command: trouble.command ?? `kubectl -n ${namespace} describe pod ${name}`,
      about: [...(trouble.about ?? []), ...alike.flatMap(keysOf)],
      becauseOf: [...(trouble.becauseOf ?? []), ...alike.flatMap(causesOf)],
    };
  });
}

/** Keys by which others name a pod as their cause. */
function keysOf({ metadata }: Pod): string[] {
  const { labels = {}, namespace = "" } = metadata;
  const component = labels["app.kubernetes.io/component"];
  const job = labels["job-name"];
  return [
    `pod/${placeOf(metadata)}`,
    `pods/${namespace}`,
    ...(component === undefined || job !== undefined ? [] : [`component/${component}`]),
    ...(job === undefined ? [] : [`job/${job}`]),
  ];
}

/** Keys of what any trouble of a pod may come from. */
function causesOf({ metadata, spec }: Pod): string[] {
  return [
    ...(spec?.nodeName === undefined ? [] : [`node/${spec.nodeName}`]),
    ...claimsOf({ metadata, ...(spec === undefined ? {} : { spec }) }),
  ];
}

function claimsOf({ metadata, spec }: Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim === undefined
      ? []
      : [`claim/${metadata.namespace ?? ""}/${persistentVolumeClaim.claimName}`],
  );
}

/** What made it, without what differs from pod to pod. */
function ownerOf({ metadata: { name, labels = {}, ownerReferences = [] } }: Pod): string {
  const [owner] = ownerReferences;
  if (owner?.kind === "ReplicaSet") return owner.name.replace(/-[a-z0-9]{6,10}$/, "");
  return owner?.name ?? labels["job-name"] ?? name;
}

function isServing({ metadata: { labels = {} } }: Pod): boolean {
  return labels["job-name"] === undefined;
}

function troubleOf(pod: Pod, around: AroundPods, { now }: Context): Trouble | undefined {
  const { metadata, spec, status = {} } = pod;
  if (status.phase === "Succeeded") return undefined;
  if (status.reason === "Evicted")
    return {
      severity: "look",
      what: "it was evicted",
      evidence: status.message ?? status.reason,
      todo: "its node was short of something: give the pod requests that fit, or the node more",
      becauseOf: spec?.nodeName === undefined ? [] : [`pressure/${spec.nodeName}`],
    };
  // Of a pod of a Job that has failed the Job speaks.
  if (status.phase === "Failed") return undefined;
  const ending = metadata.deletionTimestamp;
  if (ending !== undefined)
    return now.getTime() - Date.parse(ending) < ENDING_MS
      ? undefined
      : {
          what: "it does not end",
          evidence: `it was to be gone at ${ending}`,
          todo: "its node does not answer, or something holds it: look at the node; only when its processes are certainly gone, remove it by force",
        };
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const container of all) {
    const trouble = ofContainer(pod, container, around, now);
    if (trouble !== undefined) return trouble;
  }
  const scheduled = conditionOf(status.conditions, "PodScheduled");
  if (scheduled?.status === "False") {
    const { kinds, what, todo } = schedulingProblem(scheduled.message ?? "");
    return {
      what,
      evidence: `${scheduled.reason ?? ""}: ${scheduled.message ?? ""}`,
      todo,
      about: kinds.includes("volume") ? claimsOf(pod).map((claim) => `waits-for-${claim}`) : [],
      becauseOf: ["nodes"],
    };
  }
  return notStarted(pod, around, now);
}

function ofContainer(
  { metadata }: Pod,
  { name, state, lastState, ready = false, restartCount = 0 }: ContainerStatus,
  { events, logs }: AroundPods,
  now: Date,
): Trouble | undefined {
  const { reason = "", message = "" } = state?.waiting ?? {};
  if (pullReasons.includes(reason)) {
    // Beside what the registry said stands that it was an error.
    const telling = events.filter((event) => !/^Error: /.test(event.message ?? ""));
    const told =
      newestEvent(telling, { kind: "Pod", ...metadata }, ["Failed", "InspectFailed"])?.message ?? "";
    const problem = pullProblem(reason, `${message} ${told}`);
    // Between two tries the kubelet says only that it waits.
    const said = message.length > told.length ? message : told;
    return {
      ...problem,
      evidence: `${name}: ${reason}: ${said}`,
      becauseOf: [`image/${ownerOf({ metadata })}`],
    };
  }
  if (configurationReasons.includes(reason))
    return {
      what: "what it is configured with is missing",
      evidence: `${name}: ${reason}: ${message}`,
      todo: "a Secret or ConfigMap is not there, or lacks a key: one of lstm-pfd-… is made by up; one of environmentSecret is yours",
    };
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended?.reason === "OOMKilled" && isRecent(ended.finishedAt, now))
    return {
      severity: state?.running === undefined ? "down" : "at risk",
      what: `${name} was killed because it took more memory than it may`,
      evidence: `${ended.finishedAt ?? ""}: OOMKilled, ${restartCount} restarts`,
      todo: "raise limits.memory by the key of its resources (dashboardResources, workerResources, databaseResources, redisResources), then run up",
    };
  // Between two tries it runs for a moment, or has just ended.
  const justEnded =
    (ended?.exitCode ?? 0) !== 0 && restartCount >= 2 && isRecent(ended?.finishedAt, now, LOOPING_MS);
  if (reason !== "CrashLoopBackOff" && (ready || !justEnded)) return undefined;
  const place = { namespace: metadata.namespace ?? "", pod: metadata.name };
  const lines = logs.filter(
    (each) => each.namespace === place.namespace && each.pod === place.pod && each.container === name,
  );
  const text = [...lines]
    .sort((a, b) => Number(a.previous) - Number(b.previous))
    .map((each) => each.text)
    .join("\n");
  const found = knownMessage(`${text}\n${ended?.message ?? ""}`);
  const last = [ended?.message ?? "", ...text.split("\n")].filter((line) => line.trim() !== "").at(-1);
  const command = `kubectl -n ${place.namespace} logs ${place.pod} -c ${name} --previous --tail=50`;
  if (found === undefined)
    return {
      what: `${name} ends again and again`,
      evidence: last ?? `exit code ${ended?.exitCode ?? "unknown"}, ${restartCount} restarts, and no lines`,
      todo: "its last lines say why",
      command,
    };
  return {
    what: `${name} ends again and again: ${found.message.means}`,
    evidence: found.line,
    todo: found.message.todo,
    command,
    becauseOf: found.message.becauseOf ?? [],
  };
}

/** Of a pod that has a node, and whose containers say nothing. */
function notStarted(
  { metadata, spec, status = {} }: Pod,
  { events }: AroundPods,
  now: Date,
): Trouble | undefined {
  const ready = conditionOf(status.conditions, "Ready");
  if (ready?.status === "True") return undefined;
  const since = ready?.lastTransitionTime ?? metadata.creationTimestamp;
  const lasted = since === undefined ? Infinity : now.getTime() - Date.parse(since);
  const of = { kind: "Pod", ...metadata };
  const mount = newestEvent(events, of, ["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"]);
  if (mount !== undefined && status.phase === "Pending" && lasted > 60_000) {
    const missing = /\b(?:secret|configmap) "[^"]+" not found/.exec(mount.message ?? "");
    return {
      what:
        missing !== null
          ? "what it mounts is missing"
          : mount.reason === "FailedCreatePodSandBox"
            ? "the node cannot make it"
            : "its volume cannot be mounted",
      evidence: `${mount.reason ?? ""}: ${mount.message ?? ""}`,
      todo:
        missing !== null
          ? "one of lstm-pfd-… is made by up"
          : "look whether another pod or node still holds the volume, and at the driver of its StorageClass",
    };
  }
  if (lasted < STARTING_MS) return undefined;
  const probe = newestEvent(events, of, ["Unhealthy"]);
  const seen =
    probe !== undefined && now.getTime() - timeOf(probe) < RECENT_MS
      ? (probe.message ?? "")
      : (ready?.message ?? "");
  return {
    what: status.phase === "Pending" ? "it does not start" : "it runs, and is not ready",
    evidence: `for ${lasted === Infinity ? "an unknown time" : spanText(lasted)}: ${seen === "" ? "nothing says why" : seen}`,
    todo: "look at its events and its log",
    becauseOf: [
      ...(spec?.nodeName === undefined ? ["nodes"] : []),
      ...(metadata.labels?.["app.kubernetes.io/component"] === "dashboard"
        ? ["model", "component/postgresql", "component/redis", "workload/lstm-pfd-postgresql"]
        : []),
    ],
  };
}

function isRecent(time: string | undefined, now: Date, withinMs = RECENT_MS): boolean {
  return time === undefined || now.getTime() - Date.parse(time) < withinMs;
}
