import { apiServer, askApiServer } from "../apiServer";
import { Failure } from "../../lib/failure";

/** What the verification needs to know of a pod. */
export interface Pod {
  name: string;
  component: string | undefined;
  ready: boolean;
  /** Belongs to a Job: it is expected to end. */
  ofJob: boolean;
  /** Why it is not ready, in Kubernetes' words. */
  reason: string;
  /** What the command in it left when it ended. */
  result?: string;
}

interface RawPod {
  metadata: {
    name: string;
    labels?: Record<string, string>;
    ownerReferences?: { kind: string }[];
    deletionTimestamp?: string;
  };
  status: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string }[];
    containerStatuses?: {
      name: string;
      state?: { waiting?: { reason?: string; message?: string }; terminated?: { message?: string } };
    }[];
  };
}

/** Reads the answer of the API server to a list of pods. Pods that are being deleted are left out. */
export function parsePods(json: string): Pod[] {
  const { items } = JSON.parse(json) as { items: RawPod[] };
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => {
      const ready = status.conditions?.find(({ type }) => type === "Ready");
      const waiting = status.containerStatuses?.find((container) => container.state?.waiting !== undefined);
      const result = status.containerStatuses
        ?.map(({ state }) => state?.terminated?.message)
        .find((message) => message !== undefined);
      const why = waiting?.state?.waiting?.reason ?? ready?.reason ?? status.phase ?? "no status";
      return {
        name: metadata.name,
        component: metadata.labels?.["app.kubernetes.io/component"],
        ready: ready?.status === "True",
        ofJob: metadata.ownerReferences?.some(({ kind }) => kind === "Job") ?? false,
        reason: waiting === undefined ? why : `${waiting.name}: ${why}`,
        ...(result === undefined ? {} : { result }),
      };
    });
}

/** What is wrong with the pods; undefined when each component has one and all are ready. Pods of Jobs do not count. */
export function podProblem(pods: readonly Pod[], components: readonly string[]): string | undefined {
  const lasting = pods.filter(({ ofJob }) => !ofJob);
  const absent = components.filter((component) => !lasting.some((pod) => pod.component === component));
  if (absent.length > 0) return `there is no pod of ${absent.join(", ")}`;
  const waiting = lasting.filter(({ ready }) => !ready).map(({ name, reason }) => `${name} (${reason})`);
  return waiting.length > 0 ? `not ready: ${waiting.join(", ")}` : undefined;
}

/**
 * Lists the pods of this pod's own namespace, as its service account.
 * @param account directory of the service account; @default that of a pod
 * @throws Failure when that is not allowed; Error when the API server gives no answer
 */
export async function listPods(
  environment: NodeJS.ProcessEnv = process.env,
  account?: string,
): Promise<Pod[]> {
  const server = apiServer(environment, account);
  const { namespace } = server;
  const { status, body } = await askApiServer(server, `/api/v1/namespaces/${namespace}/pods`);
  if (status === 401 || status === 403)
    throw new Failure(
      `the API server refuses to list the pods of namespace ${namespace} (${status})`,
      "bind a role with get and list of pods to the service account of this Job",
    );
  if (status !== 200) throw new Error(`the API server answered ${status}`);
  return parsePods(body);
}
