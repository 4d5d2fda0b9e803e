import { exitCodes } from "./exitCodes";
import { triedAgain } from "./names";
import { triesForCredentials } from "./stepJob";

/** Why a pod does not start, by what would have to happen: each kind may pass by itself within a time of its own. */
export type StuckKind = "image" | "configuration" | "volume" | "node" | "noPod" | "credentials";

/** Something of a Job of `up` that does not start. */
export interface Stuck {
  job: string;
  /** Empty where the Job cannot make one. */
  pod: string;
  /** Empty where it is about the whole pod. */
  container: string;
  kind: StuckKind;
  /** In Kubernetes' words. */
  reason: string;
}

interface Waiting {
  reason?: string;
  message?: string;
}

interface ContainerStatus {
  name: string;
  state?: { waiting?: Waiting; terminated?: { exitCode?: number; message?: string } };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface Metadata {
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Pod {
  kind: "Pod";
  metadata: Metadata;
  status?: {
    phase?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

interface Job {
  kind: "Job";
  metadata: Metadata;
  status?: { conditions?: Condition[] };
}

interface KubernetesEvent {
  kind: "Event";
  type?: string;
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** Jobs, pods and events of a namespace, as `kubectl get jobs,pods,events --output=json` lists them. */
export interface NamespaceList {
  items: readonly (Pod | Job | KubernetesEvent)[];
}

const image = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
];
const configuration = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];
const missing = /\b(?:secret|configmap) "[^"]+" not found|references non-existent (?:secret|config) key/;
const ended = ["Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"];

/** Whether `up` waits for an object, by what is on all those that it does. */
const isAwaited = (annotations: Record<string, string>): boolean =>
  Object.keys(triedAgain).some((key) => key in annotations);

/**
 * What of the Jobs that `up` waits for does not start. A pod that runs is never among it, however long it takes, and neither is
 * one whose image is being fetched. The Jobs of CronJobs are not looked at: nobody waits for them.
 */
export function stuckJobs({ items }: NamespaceList): Stuck[] {
  const pods = items.filter((item) => item.kind === "Pod");
  const events = items.filter((item) => item.kind === "Event");
  const waitedFor = items.filter(
    (item): item is Job => item.kind === "Job" && isAwaited(item.metadata.annotations ?? {}),
  );
  return waitedFor.flatMap((job) => {
    const isOver = job.status?.conditions?.some(
      ({ type, status }) => status === "True" && ended.includes(type),
    );
    if (isOver === true) return [];
    const { name } = job.metadata;
    const own = pods.filter(({ metadata }) => metadata.labels?.["job-name"] === name);
    const refused = own.flatMap((pod) => withoutCredentials(pod));
    const last = refused.at(-1);
    if (last !== undefined && refused.length >= triesForCredentials) return [{ job: name, ...last }];
    if (own.length > 0)
      return own.flatMap((pod) => {
        const found = stuckPod(pod, events);
        return found === undefined ? [] : [{ job: name, pod: pod.metadata.name, ...found }];
      });
    const reason = warning(events, "Job", name, ["FailedCreate"]);
    return reason === undefined
      ? []
      : [{ job: name, pod: "", container: "", kind: "noPod" as const, reason }];
  });
}

/** What a pod ended with that had no credentials yet. */
function withoutCredentials({ metadata, status }: Pod): Omit<Stuck, "job">[] {
  return (status?.containerStatuses ?? []).flatMap(({ name, state }) =>
    state?.terminated?.exitCode === exitCodes.tooEarly
      ? [
          {
            pod: metadata.name,
            container: name,
            kind: "credentials" as const,
            reason: state.terminated.message ?? "no credentials yet",
          },
        ]
      : [],
  );
}

/** What is wrong with the pods of a namespace that are of no Job, for who wants to know why others wait for them. */
export function stuckOthers({ items }: NamespaceList): Omit<Stuck, "job">[] {
  const events = items.filter((item) => item.kind === "Event");
  return items
    .filter((item) => item.kind === "Pod")
    .filter(({ metadata }) => metadata.labels?.["job-name"] === undefined)
    .flatMap((pod) => {
      const found = stuckPod(pod, events);
      return found === undefined ? [] : [{ pod: pod.metadata.name, ...found }];
    });
}

function stuckPod(
  { metadata, status = {} }: Pod,
  events: readonly KubernetesEvent[],
): Omit<Stuck, "job" | "pod"> | undefined {
  if (status.phase !== "Pending" && status.phase !== undefined && status.phase !== "Running")
    return undefined;
  for (const { name, state } of [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ]) {
    const { reason = "", message = "" } = state?.waiting ?? {};
    const text = message === "" ? reason : `${reason}: ${message}`;
    if (image.includes(reason)) return { container: name, kind: "image", reason: text };
    if (configuration.includes(reason)) return { container: name, kind: "configuration", reason: text };
  }
  if (status.phase === "Running") return undefined;
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False")
    return {
      container: "",
      kind: "node",
      reason: [scheduled.reason, scheduled.message].filter(Boolean).join(": "),
    };
  const reason = warning(events, "Pod", metadata.name, [
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
  ]);
  if (reason === undefined) return undefined;
  return { container: "", kind: missing.test(reason) ? "configuration" : "volume", reason };
}

/** The newest warning about an object that has one of these reasons. */
function warning(
  events: readonly KubernetesEvent[],
  kind: string,
  name: string,
  reasons: readonly string[],
): string | undefined {
  const time = ({ lastTimestamp, eventTime }: KubernetesEvent): string => lastTimestamp ?? eventTime ?? "";
  const [newest] = events
    .filter(
      ({ type, reason = "", involvedObject }) =>
        type === "Warning" &&
        involvedObject?.kind === kind &&
        involvedObject.name === name &&
        reasons.includes(reason),
    )
    .sort((a, b) => time(b).localeCompare(time(a)));
  return newest === undefined ? undefined : `${newest.reason ?? ""}: ${newest.message ?? ""}`;
}
