import { reasonOf } from "../../lib/failure";
import type { DatabaseAnswer, VolumeUse } from "../../plan/doctor/facts";
import { names } from "../../plan/names";
import { readingCommands, type Reading } from "./reading";

/** What PostgreSQL says of its archiving. @throws Error when it does not answer */
export async function askDatabase(kubectl: Reading, timeoutMs: number): Promise<DatabaseAnswer> {
  const text = await kubectl.call(readingCommands.archiver, { timeoutMs });
  return JSON.parse(text) as DatabaseAnswer;
}

/** A node's own numbers, as its kubelet gives them. */
interface Summary {
  pods?: {
    volume?: {
      pvcRef?: { name: string; namespace: string };
      usedBytes?: number;
      capacityBytes?: number;
      inodes?: number;
      inodesFree?: number;
    }[];
  }[];
}

/**
 * How full the volumes of claims are, by the kubelets; where these do not know it of the database's, by its pod.
 * @throws Error when nobody knows anything
 */
export async function askVolumes(
  kubectl: Reading,
  nodes: readonly string[],
  namespaces: readonly string[],
): Promise<VolumeUse[]> {
  const failures: string[] = [];
  const keep = async <T>(asked: Promise<T[]>): Promise<T[]> => {
    try {
      return await asked;
    } catch (error) {
      failures.push(reasonOf(error));
      return [];
    }
  };
  const told = await Promise.all(nodes.map((node) => keep(ofNode(kubectl, node))));
  const volumes = told.flat().filter(({ namespace }) => namespaces.includes(namespace));
  if (!volumes.some(({ claim }) => claim === names.databaseClaim))
    volumes.push(...(await keep(ofDatabase(kubectl, namespaces[0] ?? ""))));
  if (volumes.length === 0) throw new Error(failures[0] ?? "no node tells how full its volumes are");
  return [...new Map(volumes.map((volume) => [`${volume.namespace}/${volume.claim}`, volume])).values()];
}

async function ofNode(kubectl: Reading, node: string): Promise<VolumeUse[]> {
  const text = await kubectl.call(["get", `--raw=/api/v1/nodes/${node}/proxy/stats/summary`]);
  const { pods = [] } = JSON.parse(text) as Summary;
  return pods.flatMap(({ volume = [] }) =>
    volume.flatMap(({ pvcRef, usedBytes, capacityBytes, inodes, inodesFree }): VolumeUse[] =>
      pvcRef === undefined || usedBytes === undefined || capacityBytes === undefined
        ? []
        : [
            {
              namespace: pvcRef.namespace,
              claim: pvcRef.name,
              usedBytes,
              capacityBytes,
              ...(inodes === undefined || inodesFree === undefined ? {} : { inodes, freeInodes: inodesFree }),
            },
          ],
    ),
  );
}

async function ofDatabase(kubectl: Reading, namespace: string): Promise<VolumeUse[]> {
  const lines = (await kubectl.call(readingCommands.volume)).trim().split("\n");
  const [size, used] = (lines.at(-1) ?? "").trim().split(/\s+/).map(Number);
  if (size === undefined || used === undefined || Number.isNaN(size + used))
    throw new Error("df in the pod of the database does not say how full its volume is");
  return [{ namespace, claim: names.databaseClaim, usedBytes: used, capacityBytes: size }];
}
