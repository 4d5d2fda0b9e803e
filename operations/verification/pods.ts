import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { Failure } from "../failure";

/** What the verification needs to know of a pod. */
export interface Pod {
  name: string;
  component: string | undefined;
  ready: boolean;
  /** Belongs to a Job: it is expected to end. */
  ofJob: boolean;
  /** Why it is not ready, in Kubernetes' words. */
  reason: string;
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
    containerStatuses?: { name: string; state?: { waiting?: { reason?: string; message?: string } } }[];
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
      const why = waiting?.state?.waiting?.reason ?? ready?.reason ?? status.phase ?? "no status";
      return {
        name: metadata.name,
        component: metadata.labels?.["app.kubernetes.io/component"],
        ready: ready?.status === "True",
        ofJob: metadata.ownerReferences?.some(({ kind }) => kind === "Job") ?? false,
        reason: waiting === undefined ? why : `${waiting.name}: ${why}`,
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

/** Where a pod finds its service account. */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Lists the pods of this pod's own namespace, as its service account.
 * @throws Failure when that is not allowed; Error when the API server gives no answer
 */
export async function listPods(
  environment: NodeJS.ProcessEnv = process.env,
  account = ACCOUNT,
): Promise<Pod[]> {
  const host = environment["KUBERNETES_SERVICE_HOST"];
  const port = environment["KUBERNETES_SERVICE_PORT"];
  if (host === undefined || port === undefined)
    throw new Failure("this does not run in a pod: KUBERNETES_SERVICE_HOST is not set", "run it as a Job");
  const [namespace, token, ca] = ["namespace", "token", "ca.crt"].map((file) => readAccount(account, file));
  const path = `/api/v1/namespaces/${(namespace ?? "").trim()}/pods`;
  const { status, body } = await get({ host, port, path, ca: ca ?? "", token: (token ?? "").trim() });
  if (status === 401 || status === 403)
    throw new Failure(
      `the API server refuses to list the pods of namespace ${(namespace ?? "").trim()} (${status})`,
      "bind a role with get and list of pods to the service account of this Job",
    );
  if (status !== 200) throw new Error(`the API server answered ${status}`);
  return parsePods(body);
}

function readAccount(account: string, file: string): string {
  try {
    return readFileSync(join(account, file), "utf8");
  } catch {
    throw new Failure(
      `${join(account, file)} cannot be read`,
      "give the Job a service account and set automountServiceAccountToken",
    );
  }
}

function get(target: {
  host: string;
  port: string;
  path: string;
  ca: string;
  token: string;
}): Promise<{ status: number; body: string }> {
  const { token, ...options } = target;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...options,
        timeout: 5_000,
        headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      },
      (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (text: string) => (body += text));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, body });
        });
        answer.on("error", reject);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 5 s")));
    outgoing.on("error", reject);
    outgoing.end();
  });
}
