import { type Context, type Finding, npmRun, oneLine } from "./finding";
import {
  type Autoscaler,
  conditionOf,
  type KubernetesEvent,
  type Pod,
  timeOf,
  type Workload,
} from "./kubernetes";

/** What stands beside the workloads. */
export interface AroundWorkloads {
  autoscalers: readonly Autoscaler[];
  /** Pods that the configuration asks for, by name; empty where it is not known. */
  wantedPods: Readonly<Record<string, number>>;
}

/** What somebody has changed by hand, and workloads that lack pods. */
export function judgeWorkloads(
  workloads: readonly Workload[],
  { autoscalers, wantedPods }: AroundWorkloads,
  context: Context,
): Finding[] {
  return workloads.flatMap((workload): Finding[] => {
    const { kind, metadata, spec, status } = workload;
    const { name } = metadata;
    const scaled = autoscalers.some(({ spec: hpa }) => hpa?.scaleTargetRef?.name === name);
    const found = spec?.replicas ?? 1;
    const wanted = wantedPods[name];
    const differs = wanted === undefined ? found === 0 : found !== wanted;
    const component = metadata.labels?.["app.kubernetes.io/component"] ?? name;
    const about = [`workload/${name}`];
    const manager = ownerOf(workload, "f:replicas");
    const scaledByHand: Finding[] =
      scaled || !differs
        ? []
        : [
            {
              severity: found === 0 ? "down" : "look",
              what:
                manager === undefined || manager.startsWith("kubectl")
                  ? `${kind} ${name} was scaled by hand, to ${found}`
                  : `${kind} ${name} is to have ${found} pods, which is not what the configuration says`,
              evidence: `spec.replicas is ${found}, set by ${manager ?? "an unknown program"}; the configuration wants ${wanted ?? "some"}`,
              todo: "run up, which brings the configuration into force and takes back what a person has scaled; for another number set its key",
              command: npmRun(context, "up"),
              about: [...about, `component/${component}`],
              becauseOf: ["held"],
            },
          ];
    const image = ownerOf(workload, "f:image");
    const changed: Finding[] =
      // What takes it back by hand leaves its name as well.
      image?.startsWith("kubectl-") !== true || image === "kubectl-rollout"
        ? []
        : [
            {
              severity: "at risk",
              what: `the image of ${kind} ${name} was changed by hand`,
              evidence: `spec.template…image was set by ${image}: the next change of the release takes it back, or conflicts with it`,
              todo: "go back to the image of the chart; for another one set its key image…",
              command: `kubectl -n ${metadata.namespace ?? context.namespace} rollout undo ${kind.toLowerCase()} ${name}`,
              about: [...about, `image/${name}`],
            },
          ];
    const ready = status?.readyReplicas ?? 0;
    const available = conditionOf(status?.conditions, "Progressing");
    const lacking: Finding[] =
      ready >= found || !lasts(available, context)
        ? []
        : [
            {
              severity: ready === 0 ? "down" : "at risk",
              what: `${kind} ${name} has ${ready} of ${found} pods ready`,
              evidence: oneLine(failureOf(workload) ?? "its status says no more"),
              todo: "look at its pods",
              command: `kubectl -n ${metadata.namespace ?? context.namespace} describe ${kind.toLowerCase()} ${name}`,
              about,
              becauseOf: [
                `component/${component}`,
                `pods/${metadata.namespace ?? ""}`,
                `image/${name}`,
                "quota",
                "nodes",
                "webhooks",
              ],
            },
          ];
    return [...scaledByHand, ...changed, ...lacking];
  });
}

/** A rollout that is under way is no trouble yet. */
function lasts(
  progressing: { status: string; reason?: string; lastTransitionTime?: string } | undefined,
  { now }: Context,
): boolean {
  if (progressing?.reason !== "ReplicaSetUpdated") return true;
  return now.getTime() - Date.parse(progressing.lastTransitionTime ?? "") > 3 * 60_000;
}

function failureOf({ status }: Workload): string | undefined {
  const failed = (status?.conditions ?? []).find(
    ({ type, status: holds }) =>
      (type === "ReplicaFailure" && holds === "True") || (type === "Available" && holds === "False"),
  );
  return failed === undefined ? undefined : `${failed.reason ?? failed.type}: ${failed.message ?? ""}`;
}

/** Who has set a field, as Kubernetes knows it: the last one that names it. */
function ownerOf({ metadata: { managedFields = [] } }: Workload, field: string): string | undefined {
  return managedFields.filter(({ fieldsV1 }) => JSON.stringify(fieldsV1 ?? {}).includes(`"${field}"`)).at(-1)
    ?.manager;
}

/** An event that is older tells of what may be mended. */
const RECENT_MS = 30 * 60_000;

/** Pods that a quota or an admission rule refuses. */
export function judgeRefused(
  events: readonly KubernetesEvent[],
  pods: readonly Pod[],
  context: Context,
): Finding[] {
  const refused = events
    .filter(
      (event) =>
        event.type === "Warning" &&
        event.reason === "FailedCreate" &&
        context.now.getTime() - timeOf(event) < RECENT_MS,
    )
    .sort((a, b) => timeOf(b) - timeOf(a))
    // A Job or ReplicaSet that has its pod by now was refused only for a while.
    .filter(
      ({ involvedObject }) =>
        !pods.some(({ metadata }) =>
          metadata.ownerReferences?.some(({ name }) => name === involvedObject?.name),
        ),
    );
  const seen = new Set<string>();
  return refused.flatMap(({ message = "", involvedObject, metadata }): Finding[] => {
    const quota = /exceeded quota: ([^,\s]+)/.exec(message)?.[1];
    const webhook = /failed calling webhook "([^"]+)"/.exec(message)?.[1];
    const key = quota ?? webhook ?? involvedObject?.name ?? "";
    if (seen.has(key)) return [];
    seen.add(key);
    const what =
      quota !== undefined
        ? `quota ${quota} is used up: no more pods are made`
        : webhook !== undefined
          ? `webhook ${webhook} does not answer: no pods are made`
          : `${involvedObject?.kind ?? "something"} ${involvedObject?.name ?? ""} may not make its pods`;
    return [
      {
        severity: "down",
        what,
        evidence: oneLine(`${involvedObject?.name ?? ""}: ${message}`),
        todo:
          quota !== undefined
            ? "raise the quota of the namespace, or let the pods ask for less (the keys …Resources)"
            : "take away what refuses the pod, an admission rule or a webhook",
        command:
          quota !== undefined
            ? `kubectl -n ${metadata.namespace ?? context.namespace} describe quota ${quota}`
            : `kubectl -n ${metadata.namespace ?? context.namespace} get events --field-selector=reason=FailedCreate`,
        about: ["quota", `quota/${key}`, `job/${involvedObject?.name ?? ""}`],
        becauseOf: webhook === undefined ? [] : ["webhooks"],
      },
    ];
  });
}
