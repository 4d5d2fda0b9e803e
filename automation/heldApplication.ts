import { names } from "../plan/names";
import type { Kubectl } from "./kubectl";

/** What an operator wants of a database that lives. */
export interface InPlaceRequest {
  /** By the archive, or by a dump: of that the server goes on. */
  action: "replace" | "undo" | "dump" | "undo dump";
  /** A target, `set:LABEL`, or empty; of an undo the number of a generation, or empty for the last one; the name of a dump. */
  wanted: string;
}

/** What was stopped for it, and what it was before. */
export interface Held extends InPlaceRequest {
  /** Given once: a run that goes on has the same. */
  operation: string;
  startedAt: string;
  /** Deployments and how many pods they had. */
  replicas: Record<string, number>;
  /** CronJobs and whether they were suspended. */
  suspended: Record<string, boolean>;
  /** The database was replaced, and the application is back: what is left is to prove it. */
  serving?: boolean;
}

/** Deployments that write to the database, and their pods. */
const deployments = "app=lstm-pfd,app.kubernetes.io/component in (dashboard,worker)";
const backups = "app.kubernetes.io/name=lstm-pfd-recovery";

interface Listed {
  items: { metadata: { name: string }; spec?: { replicas?: number; suspend?: boolean } }[];
}

/** What is held on a platform; undefined for nothing. */
export async function readHeld(kubectl: Pick<Kubectl, "call">): Promise<Held | undefined> {
  const text = await kubectl.call([
    "get",
    "configmaps",
    `--field-selector=metadata.name=${names.heldApplication}`,
    "--output=json",
  ]);
  const { items } = JSON.parse(text) as { items: { data?: { held?: string } }[] };
  const [held] = items.flatMap(({ data }) => data?.held ?? []);
  return held === undefined ? undefined : (JSON.parse(held) as Held);
}

/** Notes what the application is, before anything of it is stopped. Created once: two at the same time cannot both do it. */
export async function noteHeld(
  kubectl: Pick<Kubectl, "call">,
  request: InPlaceRequest,
  operation: string,
): Promise<Held> {
  const list = async (kind: string, selector: string): Promise<Listed["items"]> =>
    (JSON.parse(await kubectl.call(["get", kind, `--selector=${selector}`, "--output=json"])) as Listed)
      .items;
  const held: Held = {
    ...request,
    operation,
    startedAt: new Date().toISOString(),
    replicas: Object.fromEntries(
      (await list("deployments", deployments)).map(({ metadata, spec }) => [
        metadata.name,
        spec?.replicas ?? 1,
      ]),
    ),
    suspended: Object.fromEntries(
      (await list("cronjobs", backups)).map(({ metadata, spec }) => [metadata.name, spec?.suspend ?? false]),
    ),
  };
  await kubectl.call(["create", "--filename=-"], { input: JSON.stringify(configMap(held)) });
  return held;
}

/** Changes what is noted. */
export async function renote(kubectl: Pick<Kubectl, "call">, held: Held): Promise<Held> {
  await kubectl.call(["replace", "--filename=-"], { input: JSON.stringify(configMap(held)) });
  return held;
}

/** Stops the application and its backups, and waits until they have ended. */
export async function holdApplication(
  kubectl: Pick<Kubectl, "call">,
  held: Held,
  detail: (text: string) => void,
): Promise<void> {
  detail("suspending the backups");
  for (const name of Object.keys(held.suspended)) await suspend(kubectl, name, true);
  detail("stopping dashboard and worker");
  for (const name of Object.keys(held.replicas)) await scale(kubectl, `deployment/${name}`, 0);
  await gone(kubectl, deployments, 180);
}

/** Stops the application, its backups, and the server of the database, and waits until they have ended. */
export async function hold(
  kubectl: Pick<Kubectl, "call">,
  held: Held,
  detail: (text: string) => void,
): Promise<void> {
  await holdApplication(kubectl, held, detail);
  detail("stopping the database, which archives what it has left");
  await scale(kubectl, `statefulset/${names.databaseStatefulSet}`, 0);
  await gone(kubectl, `app=lstm-pfd,app.kubernetes.io/component=${names.databaseContainer}`, 300);
}

/** Starts the server of the database, and waits until it takes writes. */
export async function startDatabase(kubectl: Pick<Kubectl, "call" | "databaseReady">): Promise<void> {
  await scale(kubectl, `statefulset/${names.databaseStatefulSet}`, 1);
  await kubectl.databaseReady();
}

/** Makes the application what it was, and waits until its pods are ready. */
export async function release(
  kubectl: Pick<Kubectl, "call">,
  { replicas }: Held,
  detail: (text: string) => void,
): Promise<void> {
  for (const [name, count] of Object.entries(replicas)) await scale(kubectl, `deployment/${name}`, count);
  for (const [name, count] of Object.entries(replicas)) {
    if (count === 0) continue;
    detail(`waiting for ${name}`);
    await kubectl.call(["rollout", "status", `deployment/${name}`, "--timeout=600s"], {
      timeoutMs: 610_000,
    });
  }
}

/** Lets the backups run again, as they did, and forgets what was noted: the last step. */
export async function forgetHeld(kubectl: Pick<Kubectl, "call">, { suspended }: Held): Promise<void> {
  for (const [name, before] of Object.entries(suspended)) await suspend(kubectl, name, before);
  await kubectl.call(["delete", "configmap", names.heldApplication, "--ignore-not-found"]);
}

function configMap(held: Held): object {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: names.heldApplication },
    data: { held: JSON.stringify(held, undefined, 2) },
  };
}

async function scale(kubectl: Pick<Kubectl, "call">, workload: string, replicas: number): Promise<void> {
  await kubectl.call(["scale", workload, `--replicas=${replicas}`]);
}

async function suspend(kubectl: Pick<Kubectl, "call">, name: string, value: boolean): Promise<void> {
  const patch = JSON.stringify({ spec: { suspend: value } });
  await kubectl.call(["patch", "cronjob", name, "--type=merge", `--patch=${patch}`]);
}

async function gone(kubectl: Pick<Kubectl, "call">, selector: string, seconds: number): Promise<void> {
  await kubectl.call(["wait", "--for=delete", "pod", `--selector=${selector}`, `--timeout=${seconds}s`], {
    timeoutMs: (seconds + 10) * 1000,
  });
}
