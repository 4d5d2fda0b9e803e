import type { SiteApi } from "./api";
import { dnsLabels } from "./manifests";

interface Condition {
  type: string;
  status: string;
  message?: string;
  lastHeartbeatTime?: string;
}

/** What matters of a Node. */
export interface NodeState {
  status?: { conditions?: Condition[] };
}

/** What matters of a list of Pods. */
export interface PodStates {
  items: {
    metadata?: { deletionTimestamp?: string };
    status?: {
      conditions?: Condition[];
      containerStatuses?: { state?: { running?: { startedAt?: string }; waiting?: { reason?: string } } }[];
    };
  }[];
}

/**
 * Why a node is not ready; nothing when it is.
 * @param since what is said of the time before does not count: the API server remembers what was before a crash
 */
export function nodeProblem({ status }: NodeState, since: Date): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready) return "the kubelet has not reported yet";
  if (ready.status !== "True") return `the node is not ready: ${ready.message ?? "no reason given"}`;
  return isSince(ready.lastHeartbeatTime, since) ? undefined : "the kubelet has not reported since the start";
}

/** Why names are not resolved; nothing when they are. */
export function dnsProblem({ items }: PodStates, since: Date): string | undefined {
  const pods = items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const serving = pods.some(
    ({ status }) =>
      status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true &&
      status.containerStatuses?.some(({ state }) => isSince(state?.running?.startedAt, since)) === true,
  );
  if (serving) return undefined;
  const reasons = pods.flatMap(({ status }) =>
    (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting?.reason ?? []),
  );
  return `no pod of CoreDNS is ready${reasons.length > 0 ? `: ${reasons.join(", ")}` : ""}`;
}

/** Kubernetes counts in whole seconds. */
function isSince(time: string | undefined, since: Date): boolean {
  return time !== undefined && Date.parse(time) + 999 >= since.getTime();
}

/**
 * Why a site is not ready for work; nothing when it is.
 * @param since when it was started
 */
export async function siteProblem(
  api: SiteApi,
  name: string,
  since: Date,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    await api.get("/readyz", signal);
    const node = JSON.parse(await api.get(`/api/v1/nodes/${name}`, signal)) as NodeState;
    const selector = Object.entries(dnsLabels).map(([key, value]) => encodeURIComponent(`${key}=${value}`));
    const path = `/api/v1/namespaces/kube-system/pods?labelSelector=${selector.join(",")}`;
    const pods = JSON.parse(await api.get(path, signal)) as PodStates;
    return nodeProblem(node, since) ?? dnsProblem(pods, since);
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
