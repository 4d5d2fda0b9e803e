import { concurrently } from "../../lib/concurrently";
import { certManagerNamespace } from "../../plan/certManager";
import { type Asked, known } from "../../plan/doctor/asked";
import type { Answers, Facts, HeldBy, Question, ReleaseRecord } from "../../plan/doctor/facts";
import type { Extension, WebhookConfiguration } from "../../plan/doctor/kubernetes";
import { ingressNamespace } from "../../plan/ingress";
import { names } from "../../plan/names";
import { heldWorkerMemory } from "../heldWorker";
import { ask } from "./ask";
import { askApplication } from "./askApplication";
import { askDatabase, askVolumes } from "./askDatabase";
import { askLogs } from "./askLogs";
import type { Reading } from "./reading";

/** Questions that the cluster answers, but for that of its API server. */
export const clusterQuestions = [
  "nodes",
  "pods",
  "events",
  "logs",
  "claims",
  "workloads",
  "autoscalers",
  "cronJobs",
  "jobs",
  "held",
  "releases",
  "webhooks",
  "extensions",
  "certificates",
  "ingresses",
  "ingressServices",
  "volumes",
  "database",
  "application",
] as const satisfies readonly Question[];

/** Name of one of {@link clusterQuestions}. */
export type ClusterQuestion = (typeof clusterQuestions)[number];

/** What the cluster has answered. */
export type ClusterFacts = Pick<Facts, ClusterQuestion>;

/** How long one question may take, and how many are asked at a time. */
export interface AskLimits {
  questionMs: number;
  atOnce: number;
}

const defaults: AskLimits = { questionMs: 30_000, atOnce: 6 };

/** Of each cluster, whoever asks: they are what the application lives in. */
const namespacesOf = (namespace: string): string[] => [namespace, certManagerNamespace, ingressNamespace];

/**
 * Asks a cluster everything that doctor wants to know of it: each question by itself, so that one without an answer keeps no other
 * from it.
 * @param kubectl on the application's namespace, which only looks
 * @throws the reason of the signal alone
 */
export async function askCluster(
  kubectl: Reading,
  namespace: string,
  signal: AbortSignal,
  { questionMs, atOnce } = defaults,
): Promise<ClusterFacts> {
  const list = async <T>(kinds: string, namespaces: readonly string[], ...words: string[]): Promise<T[]> => {
    const lists = await Promise.all(
      namespaces.map((each) =>
        kubectl.call(
          ["get", kinds, "--output=json", ...words, ...(each === "" ? [] : [`--namespace=${each}`])],
          {
            timeoutMs: questionMs,
          },
        ),
      ),
    );
    return lists.flatMap((text) => (JSON.parse(text) as { items: T[] }).items);
  };
  const ours = [namespace];
  const all = namespacesOf(namespace);
  const clusterWide = [""];
  const facts: Partial<Record<Question, Asked<unknown>>> = {};
  const asking =
    <Name extends ClusterQuestion>(
      name: Name,
      question: () => Promise<Answers[Name]>,
    ): (() => Promise<void>) =>
    async () => {
      facts[name] = await ask(signal, questionMs, question);
    };
  const first = [
    asking("pods", () => list("pods", all)),
    asking("events", () => list("events", all)),
    asking("nodes", () => list("nodes", clusterWide)),
    asking("claims", () => list("persistentvolumeclaims", ours)),
    asking("workloads", () => list("deployments,statefulsets", all, "--show-managed-fields")),
    asking("autoscalers", () => list("horizontalpodautoscalers", ours)),
    asking("cronJobs", () => list("cronjobs", ours)),
    asking("jobs", () => list("jobs", ours)),
    asking("held", () => readHolds(kubectl)),
    asking("releases", () => readReleases(kubectl, all)),
    asking("webhooks", async () => ({
      configurations: await list<WebhookConfiguration>(
        "validatingwebhookconfigurations,mutatingwebhookconfigurations",
        clusterWide,
      ),
      endpoints: await list("endpointslices", all),
    })),
    asking("extensions", () => readExtensions(kubectl)),
    asking("ingresses", () => list("ingresses", ours)),
    asking("ingressServices", () => list("services", [ingressNamespace])),
    asking("certificates", () => readCertManager(kubectl, list, [namespace, certManagerNamespace])),
    asking("database", () => askDatabase(kubectl, questionMs)),
  ];
  await concurrently(atOnce, first, (task) => task());
  const pods = known(facts.pods as Asked<Answers["pods"]>) ?? [];
  const nodes = known(facts.nodes as Asked<Answers["nodes"]>) ?? [];
  await concurrently(
    atOnce,
    [
      asking("logs", () => askLogs(kubectl, pods, namespace)),
      asking("volumes", () =>
        askVolumes(
          kubectl,
          nodes.map(({ metadata }) => metadata.name),
          all,
        ),
      ),
      asking("application", () => askApplication(kubectl, pods, namespace)),
    ],
    (task) => task(),
  );
  return facts as ClusterFacts;
}

/** Every question of a cluster without an answer, for one reason. */
export function clusterUnknown(why: string, state: "unknown" | "none" = "unknown"): ClusterFacts {
  return Object.fromEntries(
    clusterQuestions.map((name) => [name, { state, why }]),
  ) as unknown as ClusterFacts;
}

/** The two ConfigMaps that say what is held. */
async function readHolds(kubectl: Reading): Promise<HeldBy[]> {
  const holds = [
    { name: names.heldApplication, key: "held" },
    { name: heldWorkerMemory, key: "hold" },
  ];
  const texts = await Promise.all(
    holds.map(async ({ name, key }) => {
      const text = await kubectl.call(["get", "configmap", name, "--ignore-not-found", "--output=json"]);
      if (text.trim() === "") return [];
      const { data } = JSON.parse(text) as { data?: Record<string, string> };
      return [{ name, text: data?.[key] ?? "" }];
    }),
  );
  return texts.flat();
}

/** By the labels that Helm writes: the records themselves hold values, and are not read. */
async function readReleases(kubectl: Reading, namespaces: readonly string[]): Promise<ReleaseRecord[]> {
  const tables = await Promise.all(
    namespaces.map(async (namespace) => {
      const table = await kubectl.call([
        "get",
        "secrets",
        "--selector=owner=helm",
        "--label-columns=name,status,version",
        "--no-headers",
        `--namespace=${namespace}`,
      ]);
      return table.split("\n").flatMap((line) => releaseIn(line, namespace));
    }),
  );
  return tables.flat();
}

function releaseIn(line: string, namespace: string): ReleaseRecord[] {
  const [name, status, version] = line.trim().split(/\s+/).slice(-3);
  if (name === undefined || status === undefined || !/^\d+$/.test(version ?? "")) return [];
  return [{ namespace, name, status, revision: Number(version) }];
}

/** As a table, because the definitions themselves are megabytes. */
async function readExtensions(kubectl: Reading): Promise<Extension[]> {
  const columns = (type: string): string =>
    [
      "NAME:.metadata.name",
      `STATUS:.status.conditions[?(@.type=="${type}")].status`,
      `REASON:.status.conditions[?(@.type=="${type}")].reason`,
    ].join(",");
  const read = async (kind: string, type: string): Promise<Extension[]> => {
    const table = await kubectl.call([
      "get",
      kind,
      "--no-headers",
      `--output=custom-columns=${columns(type)}`,
    ]);
    return table
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .flatMap(([name = "", status = "", reason = ""]) =>
        name === "" ? [] : [{ metadata: { name }, status: { conditions: [{ type, status, reason }] } }],
      );
  };
  const [definitions, services] = await Promise.all([
    read("customresourcedefinitions", "Established"),
    read("apiservices", "Available"),
  ]);
  return [...definitions, ...services];
}

/** Nothing where there is no cert-manager: whoever has none needs none. */
async function readCertManager(
  kubectl: Reading,
  list: (kind: string, namespaces: readonly string[]) => Promise<Answers["certificates"]>,
  namespaces: readonly string[],
): Promise<Answers["certificates"]> {
  const known = await kubectl.call(["get", "customresourcedefinitions", "--output=name"]);
  if (!known.includes("certificates.cert-manager.io")) return [];
  return list("certificates.cert-manager.io", namespaces);
}
