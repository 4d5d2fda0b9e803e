import type { Kubectl } from "./kubectl";
import { manifestOf, type Release } from "./releaseObjects";

/** As much of a workload as its number of pods needs. */
export interface Workload {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    managedFields?: { manager?: string; fieldsV1?: { "f:spec"?: object } }[];
  };
  spec?: { replicas?: number };
}

/** A workload with another number of pods than its chart says. */
export interface Scaled {
  kind: string;
  name: string;
  /** What the chart says. */
  wanted: number;
  found: number;
  /** Who has set the other number, as Kubernetes knows it. */
  manager: string;
}

/**
 * Workloads that have another number of pods than their chart says. Where the chart names none, an autoscaler decides, and nothing is
 * compared.
 * @param wanted objects of the release's manifest
 * @param there the same as the cluster has them, with their managed fields
 */
export function scaledWorkloads(wanted: readonly Workload[], there: readonly Workload[]): Scaled[] {
  return wanted.flatMap(({ kind, metadata: { name }, spec }) => {
    const object = there.find((each) => each.kind === kind && each.metadata.name === name);
    const found = object?.spec?.replicas;
    if (object === undefined || found === undefined || spec?.replicas === undefined) return [];
    if (found === spec.replicas) return [];
    return [{ kind, name, wanted: spec.replicas, found, manager: managerOfReplicas(object) }];
  });
}

function managerOfReplicas({ metadata: { managedFields = [] } }: Workload): string {
  const owners = managedFields.filter(({ fieldsV1 }) => "f:replicas" in (fieldsV1?.["f:spec"] ?? {}));
  return owners.at(-1)?.manager ?? "unknown";
}

/**
 * Gives the workloads of a Helm release the number of pods again that the chart says, where a person has set another one: an update
 * of an unchanged release does not. What a program has set is left alone, and named.
 * @returns one line for a person about each
 * @throws Error when the cluster does not answer
 */
export async function scaleBack(kubectl: Kubectl, release: Release): Promise<string[]> {
  const wanted = (await manifestOf(kubectl, release)).filter(({ kind }) =>
    ["Deployment", "StatefulSet"].includes(kind),
  );
  if (wanted.length === 0) return [];
  const inNamespace = `--namespace=${release.namespace}`;
  const answer = await kubectl.call([
    "get",
    "deployments,statefulsets",
    "--output=json",
    "--show-managed-fields",
    inNamespace,
  ]);
  const scaled = scaledWorkloads(wanted, (JSON.parse(answer) as { items: Workload[] }).items);
  const lines: string[] = [];
  for (const each of scaled) {
    const byHand = each.manager.startsWith("kubectl");
    if (byHand)
      await kubectl.call([
        "scale",
        `${each.kind.toLowerCase()}/${each.name}`,
        `--replicas=${each.wanted}`,
        inNamespace,
      ]);
    lines.push(lineOf(each, byHand));
  }
  return lines;
}

function lineOf({ kind, name, wanted, found, manager }: Scaled, byHand: boolean): string {
  const differs = `spec.replicas of ${kind} ${name} was ${found}, set by "${manager}", and is ${wanted} in the chart`;
  return byHand
    ? `${differs}: it is ${wanted} again; for another number set its key in the configuration`
    : `${differs}: left as it is, because a program set it; stop that program, or let the chart name no number`;
}
