import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { ask, NothingToAsk } from "../automation/doctor/ask";
import { askApi } from "../automation/doctor/askApi";
import { askCluster, type ClusterFacts, clusterUnknown } from "../automation/doctor/askCluster";
import { askDisks, askNames } from "../automation/doctor/askHost";
import { askStore } from "../automation/doctor/askStore";
import { gatherCluster } from "../automation/doctor/gather";
import { readingOnly } from "../automation/doctor/reading";
import { stackLocks } from "../automation/stackLocks";
import { withKubectl } from "../automation/withKubectl";
import { configKeys } from "../config/schema";
import { askFit, askKeys, askKit } from "../kit/askVault";
import type { RecoveryKit } from "../kit/kit";
import { readKitFile } from "../kit/recoveryKit";
import { vaultOf } from "../kit/vaultOf";
import { cacheDir, stateDir } from "../lib/paths";
import { certManagerNamespace } from "../plan/certManager";
import type { Asked } from "../plan/doctor/asked";
import type { Answers, Facts } from "../plan/doctor/facts";
import { ingressNamespace } from "../plan/ingress";
import { names } from "../plan/names";
import { type DoctorSite, findSite } from "./doctorSite";
import type { Options } from "./commandLine";
import { hasSettings, type StackPlan } from "./stackPlan";

/** All that was asked, and what a bundle needs besides. */
export interface Asking {
  facts: Facts;
  /** Namespace of the application. */
  namespace: string;
  site: DoctorSite | undefined;
  /** What the recovery kit holds; nothing where it does not open. */
  kit: RecoveryKit;
  /** Files from the cluster, as {@link gatherCluster} has them; nothing where none were wanted, or none can be had. */
  gathered: Record<string, string>;
}

/** Milliseconds for a question that this machine or the vault answers. */
const QUESTION_MS = 45_000;

/**
 * Asks this machine, the vault and the cluster, all at the same time. What cannot be asked is not known, and keeps nothing else back.
 * @param gather files of the cluster are wanted as well
 * @throws the reason of the signal alone
 */
export async function doctorFacts(
  options: Options,
  plan: StackPlan,
  gather: boolean,
  outer: AbortSignal,
): Promise<Asking> {
  const signal = AbortSignal.any([outer]);
  // Each program that is asked listens to it.
  setMaxListeners(0, signal);
  const { config, stack } = plan.platform;
  const kit = kitValues(plan.kit);
  const endpoint = endpointOf(config, kit);
  const asking = <T>(question: () => T | Promise<T>): Promise<Asked<T>> => ask(signal, QUESTION_MS, question);
  const cluster = ofCluster(options, plan, gather, signal);
  const store = asking(() => askStore(endpoint));
  const [disks, lookedUp, locks, kitAnswer, fit, keys] = await Promise.all([
    asking(() => askDisks(placesOf(plan))),
    asking(() => lookUp(config, endpoint.endpoint)),
    asking(() => readLocks([`${stack}-vault`, stack])),
    asking(() => openKit(plan)),
    asking(async () => {
      if (!existsSync(plan.kit)) throw new NothingToAsk("there is no recovery kit on this machine");
      await answering(store);
      return askFit(plan.kit, config);
    }),
    asking(async () => {
      await answering(store);
      return askKeys(config, kit);
    }),
  ]);
  const { facts: clusterFacts, api, state, site, gathered } = await cluster;
  const facts: Facts = {
    nodeVersion: process.version,
    disks,
    names: lookedUp,
    store: await store,
    keys,
    locks,
    state,
    kit: kitAnswer,
    fit,
    api,
    wantedPods: { state: "known", value: wantedPods(config) },
    ...clusterFacts,
  };
  return { facts, namespace: namespaceOf(config, site), site, kit, gathered };
}

/** Without its endpoint the SDK would try for half a minute, and the keys are not at fault. */
async function answering(store: Promise<Asked<Answers["store"]>>): Promise<void> {
  const asked = await store;
  if (asked.state === "known" && asked.value.failed !== undefined)
    throw new Error("the object store does not answer");
}

/** What is known of the vault by its kit; a kit that does not open has a question of its own. */
function kitValues(path: string): RecoveryKit {
  try {
    return existsSync(path) ? readKitFile(path).values : {};
  } catch {
    return {};
  }
}

function endpointOf(
  config: Readonly<Record<string, string>>,
  kit: RecoveryKit,
): { endpoint: string; authority: string } {
  const { at, access } = vaultOf(config, kit, "reader");
  const region = access.region === undefined || access.region === "" ? "us-east-1" : access.region;
  return {
    endpoint: at.endpoint === "" ? `https://s3.${region}.amazonaws.com` : at.endpoint,
    authority: access.authority,
  };
}

function placesOf({ embedded }: StackPlan): { path: string; holds: string }[] {
  return [
    { path: stateDir(), holds: "the state directory" },
    ...(embedded
      ? [
          { path: join(stateDir(), "sites"), holds: "the clusters of this machine" },
          { path: join(stateDir(), "object-stores"), holds: "the object stores of this machine" },
          { path: cacheDir(), holds: "the tools" },
        ]
      : []),
  ];
}

/** The domain of a cluster on this machine is nobody's to look up. */
async function lookUp(config: Readonly<Record<string, string>>, endpoint: string): Promise<Answers["names"]> {
  const store = new URL(endpoint).hostname;
  const host = (config["cluster"] ?? "embedded") === "embedded" ? "" : (config["host"] ?? "");
  const wanted = [
    ...(isIP(store.replace(/^\[|\]$/g, "")) === 0 ? [{ name: store, of: "object store" as const }] : []),
    ...(host === "" ? [] : [{ name: host, of: "application" as const }]),
  ];
  if (wanted.length === 0) throw new NothingToAsk("there is no name to look up");
  return askNames(wanted);
}

function openKit({ kit, platform, standIns }: StackPlan): Answers["kit"] {
  const { stack, config } = platform;
  return askKit({
    path: kit,
    stack,
    config,
    leftOut: Object.keys(standIns),
    hasSettings: hasSettings(stack),
  });
}

/** Looked at, never taken away. */
function readLocks(stacks: readonly string[]): Answers["locks"] {
  const backend = process.env["PULUMI_BACKEND_URL"] ?? `file://${join(stateDir(), "pulumi", "state")}`;
  const locks = stacks.map((stack) => ({ stack, held: stackLocks(backend, stack) }));
  if (locks.some(({ held }) => held === undefined))
    throw new NothingToAsk("the backend of the state is no directory: its locks are not seen from here");
  return locks.flatMap(({ stack, held = [] }) =>
    held.map(({ timestamp, ...lock }) => ({ ...lock, stack, since: timestamp })),
  );
}

/** What the configuration asks for, by name of the workload; where an autoscaler decides, nothing is compared. */
function wantedPods(config: Readonly<Record<string, string>>): Record<string, number> {
  const of = (key: "dashboardReplicas" | "workerReplicas"): number =>
    Number(config[key] ?? String(configKeys[key].default));
  return {
    "lstm-pfd-dashboard": of("dashboardReplicas"),
    "lstm-pfd-worker": of("workerReplicas"),
    [names.databaseStatefulSet]: 1,
    "lstm-pfd-redis": 1,
  };
}

function namespaceOf(config: Readonly<Record<string, string>>, site: DoctorSite | undefined): string {
  return site?.namespace ?? config["namespace"] ?? String(configKeys.namespace.default);
}

/** What became of the outputs of the stack: a passphrase that does not open them is somebody's to mend. */
function stateOf(found: Asked<DoctorSite>): Facts["state"] {
  if (found.state === "none") return found;
  const why = found.state === "known" ? found.value.withoutState : found.why;
  if (why === undefined) return { state: "known", value: {} };
  if (/incorrect passphrase|wrong passphrase/i.test(why)) return { state: "known", value: { fault: why } };
  return found.state === "known" && found.value.stateIsElsewhere
    ? { state: "none", why }
    : { state: "unknown", why };
}

interface OfCluster {
  facts: ClusterFacts;
  api: Facts["api"];
  state: Facts["state"];
  site: DoctorSite | undefined;
  gathered: Record<string, string>;
}

async function ofCluster(
  options: Options,
  plan: StackPlan,
  gather: boolean,
  signal: AbortSignal,
): Promise<OfCluster> {
  const found = await ask(signal, 2 * QUESTION_MS, (limited) => findSite(options, plan, limited));
  const state = stateOf(found);
  if (found.state !== "known")
    return {
      facts: clusterUnknown(found.why),
      // Whoever asks for a cluster that is not known here must not hear that all is well.
      api: { state: "unknown", why: found.why },
      state,
      site: undefined,
      gathered: {},
    };
  const site = found.value;
  const { namespace, kubeconfig } = site;
  return withKubectl(
    { kubeconfig: { value: kubeconfig, secret: true }, namespace: { value: namespace, secret: false } },
    signal,
    async (kubectl): Promise<OfCluster> => {
      const reading = readingOnly(kubectl);
      const api = await ask(signal, QUESTION_MS, () => askApi(reading, kubeconfig));
      const why =
        api.state !== "known"
          ? api.why
          : api.value.failed === undefined
            ? undefined
            : "the API server of the cluster does not answer";
      if (why !== undefined) return { facts: clusterUnknown(why), api, state, site, gathered: {} };
      const facts = await askCluster(reading, namespace, signal);
      const gathered = gather
        ? await gatherCluster(reading, [namespace, certManagerNamespace, ingressNamespace])
        : {};
      return { facts, api, state, site, gathered };
    },
  );
}
