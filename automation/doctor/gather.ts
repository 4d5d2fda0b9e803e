import { concurrently } from "../../lib/concurrently";
import { reasonOf } from "../../lib/failure";
import type { Pod } from "../../plan/doctor/kubernetes";
import { objectsText } from "../../plan/doctor/objectsText";
import type { Reading } from "./reading";

const LINES = 500;
const AT_ONCE = 4;

/** Kinds that are kept of each namespace, with what they are in. Secrets and ConfigMaps are not among them. */
const kinds = [
  "pods",
  "deployments",
  "statefulsets",
  "replicasets",
  "jobs",
  "cronjobs",
  "persistentvolumeclaims",
  "services",
  "ingresses",
  "endpointslices",
  "events",
  "resourcequotas",
  "horizontalpodautoscalers",
];

/**
 * What whoever helps wants to see of a cluster, as files: states of objects, events, the last lines of each container and of the one
 * before it. What cannot be had is said in its file. Nothing is blanked yet but what objects say of secrets.
 * @returns name of the file → text
 */
export async function gatherCluster(
  kubectl: Reading,
  namespaces: readonly string[],
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const keep = (name: string, question: () => Promise<string>) => async (): Promise<void> => {
    files[name] = await question().catch((error: unknown) => `could not be had: ${reasonOf(error)}\n`);
  };
  const get = async (kind: string, namespace?: string): Promise<string> =>
    objectsText(
      await kubectl.call([
        "get",
        kind,
        "--output=json",
        ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
      ]),
    );
  const releases = (namespace: string): Promise<string> =>
    kubectl.call([
      "get",
      "secrets",
      "--selector=owner=helm",
      "--label-columns=name,status,version",
      `--namespace=${namespace}`,
    ]);
  const pods = (
    await Promise.all(namespaces.map((namespace) => podsOf(kubectl, namespace).catch((): Pod[] => [])))
  ).flat();
  await concurrently(
    AT_ONCE,
    [
      keep("versions/kubectl.json", () => kubectl.call(["version", "--output=json"])),
      keep("objects/nodes.json", () => get("nodes")),
      keep("objects/storageclasses.json", () => get("storageclasses")),
      ...namespaces.flatMap((namespace) => [
        ...kinds.map((kind) => keep(`objects/${namespace}/${kind}.json`, () => get(kind, namespace))),
        keep(`objects/${namespace}/releases.txt`, () => releases(namespace)),
      ]),
      ...pods.flatMap((pod) => logsOf(kubectl, pod).map(([name, question]) => keep(name, question))),
    ],
    (task) => task(),
  );
  return files;
}

async function podsOf(kubectl: Reading, namespace: string): Promise<Pod[]> {
  const text = await kubectl.call(["get", "pods", "--output=json", `--namespace=${namespace}`]);
  return (JSON.parse(text) as { items: Pod[] }).items;
}

function logsOf(kubectl: Reading, { metadata, status = {} }: Pod): [string, () => Promise<string>][] {
  const { name, namespace = "" } = metadata;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const lines = (container: string, previous: boolean) => (): Promise<string> =>
    kubectl.call([
      "logs",
      name,
      `--container=${container}`,
      `--tail=${LINES}`,
      "--timestamps",
      ...(previous ? ["--previous"] : []),
      `--namespace=${namespace}`,
    ]);
  return containers.flatMap(({ name: container, restartCount = 0 }): [string, () => Promise<string>][] => [
    [`logs/${namespace}/${name}.${container}.log`, lines(container, false)],
    ...(restartCount > 0
      ? [
          [`logs/${namespace}/${name}.${container}.previous.log`, lines(container, true)] as [
            string,
            () => Promise<string>,
          ],
        ]
      : []),
  ]);
}
