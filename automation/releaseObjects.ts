import { gunzipSync } from "node:zlib";
import { parseAllDocuments } from "yaml";
import type { Kubectl } from "./kubectl";

/** A Helm release as a stack knows it. */
export interface Release {
  name: string;
  namespace: string;
}

/** As much of an object of the cluster as is needed to find it again. */
interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

/** An object that was missing and has been made again. */
export interface PutBack extends Release {
  kind: string;
}

/**
 * Makes the objects of a Helm release again that somebody has deleted, from the manifest that Helm keeps in the cluster: neither
 * a refresh nor an update of an unchanged release notices that they are missing. What is there is not touched.
 * @throws Error when the cluster cannot tell what is there: then nothing is taken for lost
 */
export async function putBackReleaseObjects(kubectl: Kubectl, release: Release): Promise<PutBack[]> {
  const wanted = await manifestOf(kubectl, release);
  if (wanted.length === 0) return [];
  const inNamespace = `--namespace=${release.namespace}`;
  const known = await kubectl.call(
    ["get", "--filename=-", "--ignore-not-found", "--output=json", inNamespace],
    { input: listOf(wanted) },
  );
  const there = new Set(itemsIn(known).map(identity));
  const missing = wanted.filter(
    (object) =>
      !there.has(identity(object)) &&
      !there.has(identity({ ...object, metadata: { ...object.metadata, namespace: release.namespace } })),
  );
  if (missing.length > 0)
    await kubectl.call(["create", "--filename=-", inNamespace], {
      input: listOf(missing.map((object) => ownedBy(release, object))),
    });
  return missing.map(({ kind, metadata: { name, namespace = release.namespace } }) => ({
    kind,
    name,
    namespace,
  }));
}

/** Waits until what was put back runs. @throws Error with kubectl's own last line */
export async function untilRunning(kubectl: Kubectl, { kind, name, namespace }: PutBack): Promise<void> {
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(kind)) return;
  const words = ["rollout", "status", `${kind.toLowerCase()}/${name}`, `--namespace=${namespace}`];
  await kubectl.call([...words, "--timeout=600s"], { timeoutMs: 610_000 });
}

/** Objects of the deployed revision. @see https://github.com/helm/helm/blob/v3.18.6/pkg/storage/driver/util.go */
export async function manifestOf(kubectl: Kubectl, { name, namespace }: Release): Promise<ClusterObject[]> {
  const selector = `--selector=owner=helm,status=deployed,name=${name}`;
  const answer = await kubectl.call([
    "get",
    "secrets",
    selector,
    "--output=json",
    `--namespace=${namespace}`,
  ]);
  const { items } = JSON.parse(answer) as { items: { data?: { release?: string } }[] };
  const encoded = items.at(-1)?.data?.release;
  if (encoded === undefined) return [];
  const packed = Buffer.from(Buffer.from(encoded, "base64").toString("latin1"), "base64");
  const { manifest } = JSON.parse(gunzipSync(packed).toString("utf8")) as { manifest: string };
  return parseAllDocuments(manifest).flatMap((document) => {
    const object = document.toJS() as ClusterObject | null;
    return object === null ? [] : [object];
  });
}

function itemsIn(answer: string): ClusterObject[] {
  if (answer.trim() === "") return [];
  const found = JSON.parse(answer) as ClusterObject & { items?: ClusterObject[] };
  return found.items ?? [found];
}

function listOf(items: readonly ClusterObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** The version is left out: a cluster answers in the one that it prefers. */
function identity({ apiVersion, kind, metadata: { name, namespace = "" } }: ClusterObject): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return [group, kind, namespace, name].join("/");
}

/** What Helm writes on its objects, and without which it refuses them later. */
function ownedBy({ name, namespace }: Release, object: ClusterObject): ClusterObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
      annotations: {
        ...annotations,
        "meta.helm.sh/release-name": name,
        "meta.helm.sh/release-namespace": namespace,
      },
    },
  };
}
