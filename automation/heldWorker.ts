import { setTimeout as sleep } from "node:timers/promises";
import { runNames } from "../plan/names";
import type { Kubectl } from "./kubectl";

/** Who writes checkpoints. */
export const worker = "lstm-pfd-worker";

/** ConfigMap that says what is held for what, and what it was before. */
export const heldWorkerMemory = "lstm-pfd-restore-models";

/** Jobs on the checkpoints that would see two sets of files at once, or fail with files that change. */
const heldRuns = [runNames.models, runNames.changedModels] as const;

/** What the worker is held for, and what it was before. */
export interface Hold {
  action: "replace" | "undo";
  /** Snapshot that comes; empty for an undo. */
  snapshot: string;
  /** Id of the exchange, the same however often the command is repeated. */
  exchange: string;
  /** Pods that the worker was to have. */
  replicas: number;
  /** CronJob → whether it was suspended. */
  suspended: Record<string, boolean>;
}

/** How long pods of the worker may take to end, and how often to look, milliseconds. */
export interface HoldLimits {
  timeoutMs: number;
  everyMs: number;
}

const limits: HoldLimits = { timeoutMs: 15 * 60_000, everyMs: 2000 };

/** The hold of a command that has not ended; undefined when nothing is held. */
export async function readHold(kubectl: Kubectl): Promise<Hold | undefined> {
  const text = await kubectl.call([
    "get",
    "configmap",
    heldWorkerMemory,
    "--ignore-not-found",
    "--output=json",
  ]);
  if (text.trim() === "") return undefined;
  const { data } = JSON.parse(text) as { data?: { hold?: string } };
  if (data?.hold === undefined)
    throw new Error(
      `configmap ${heldWorkerMemory} does not say what is held: look at ${worker} and the CronJobs, then remove it`,
    );
  return JSON.parse(data.hold) as Hold;
}

/** Writes down what the worker and the CronJobs are now. Nothing is held yet. @throws Error when something is held already */
export async function rememberHold(
  kubectl: Kubectl,
  what: Pick<Hold, "action" | "snapshot" | "exchange">,
): Promise<Hold> {
  const deployment = await kubectl.call(["get", "deployment", worker, "--output=json"]);
  const { spec } = JSON.parse(deployment) as { spec: { replicas?: number } };
  const suspended: Record<string, boolean> = {};
  for (const run of heldRuns) {
    const text = await kubectl.call(["get", "cronjob", run, "--ignore-not-found", "--output=json"]);
    if (text.trim() !== "")
      suspended[run] = (JSON.parse(text) as { spec: { suspend?: boolean } }).spec.suspend ?? false;
  }
  const hold: Hold = { ...what, replicas: spec.replicas ?? 1, suspended };
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: heldWorkerMemory },
    data: { hold: JSON.stringify(hold) },
  };
  await kubectl.call(["create", "--filename=-"], { input: JSON.stringify(object) });
  return hold;
}

/**
 * Stops the CronJobs and the worker, and waits until the last of its pods has ended. An autoscaler leaves a workload alone that is to have
 * no pods.
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
 * @throws Error when a pod does not end
 */
export async function holdWorker(
  kubectl: Kubectl,
  hold: Hold,
  signal: AbortSignal,
  { timeoutMs, everyMs } = limits,
): Promise<void> {
  for (const run of Object.keys(hold.suspended)) await patch(kubectl, ["cronjob", run], { suspend: true });
  await patch(kubectl, ["deployment", worker], { replicas: 0 });
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const pods = await podsOfWorker(kubectl);
    if (pods.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`pods of ${worker} do not end (${pods.join(", ")}): see why, then run this again`);
    await sleep(everyMs, undefined, { signal });
  }
}

/** Makes worker and CronJobs again what they were. */
export async function releaseWorker(kubectl: Kubectl, hold: Hold): Promise<void> {
  await patch(kubectl, ["deployment", worker], { replicas: hold.replicas });
  for (const [run, was] of Object.entries(hold.suspended))
    await patch(kubectl, ["cronjob", run], { suspend: was });
}

/** The command has come to its end: the next one begins anew. */
export async function forgetHold(kubectl: Kubectl): Promise<void> {
  await kubectl.call(["delete", "configmap", heldWorkerMemory, "--ignore-not-found"]);
}

/** Under a name of its own: `up` takes back what a person has scaled, and would give a held worker its pods. */
async function patch(kubectl: Kubectl, object: [kind: string, name: string], spec: object): Promise<void> {
  const text = JSON.stringify({ spec });
  await kubectl.call([
    "patch",
    ...object,
    "--type=merge",
    `--patch=${text}`,
    "--field-manager=lstm-pfd-restore",
  ]);
}

/** Also those that are about to end: they write until then. */
async function podsOfWorker(kubectl: Kubectl): Promise<string[]> {
  const selector = "--selector=app=lstm-pfd,app.kubernetes.io/component=worker";
  const text = await kubectl.call(["get", "pods", selector, "--output=json"]);
  const { items } = JSON.parse(text) as {
    items: { metadata: { name: string }; status?: { phase?: string } }[];
  };
  return items
    .filter(({ status }) => !["Succeeded", "Failed"].includes(status?.phase ?? ""))
    .map(({ metadata }) => metadata.name);
}
