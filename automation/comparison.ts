import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import { recordedSpec } from "@lstm-pfd/local-cloud/site";
import { jobNames, names } from "../plan/names";
import { noAnswer } from "./clusterAnswer";
import { removeFailedFirstBackup } from "./failedFirstBackup";
import { readHeld } from "./heldApplication";
import type { Kubectl } from "./kubectl";
import { FORGET_UNREACHABLE, refresh, type Watching } from "./operation";
import { type PutBack, putBackReleaseObjects, type Release, untilRunning } from "./releaseObjects";
import { scaleBack } from "./scaledByHand";
import { hasClusterObjects, type StackResource, stackResources } from "./stackResources";
import { withKubectl } from "./withKubectl";

/** What was found when a stack was compared with its cluster. */
export interface Comparison {
  /** For a person: what was deleted or scaled by hand and comes back, or why nothing was compared. */
  lines: string[];
  /** Objects of Helm releases that were put back already, and may not run yet. */
  putBack: PutBack[];
}

const nothing: Comparison = { lines: [], putBack: [] };

/**
 * Compares a platform that is there with its cluster, so that an `up` brings back what somebody has deleted or scaled by hand. What the
 * cluster does not answer for is never taken for lost.
 * @param kubeconfig that the stack is to have from now on, when it is not the one that it has; @default the one that it has
 * @throws Error when the cluster does not answer, or a volume is about to be deleted; OperationError
 */
export async function compareWithCluster(
  stack: Stack,
  watching: Watching,
  kubeconfig?: string,
): Promise<Comparison> {
  const before = await stackResources(stack);
  const outputs = await stack.outputs();
  // A fresh stack, and one whose first "up" has not come to its end: it has nothing that could be missed.
  if (!hasClusterObjects(before) || !("kubeconfig" in outputs)) return nothing;
  if (before.some(takesSilenceForLoss))
    return notCompared(
      stack,
      "its provider of an earlier version takes a cluster that does not answer for lost, and is replaced now",
    );
  const site = before.find(({ type }) => type === "embedded:index:Site");
  const reason = await noAnswer(outputs, watching.signal);
  if (reason !== undefined && kubeconfig !== undefined) {
    const renewed = { ...outputs, kubeconfig: { value: kubeconfig, secret: true } };
    if ((await noAnswer(renewed, watching.signal)) === undefined)
      return notCompared(
        stack,
        "its kubeconfig no longer works, and the one of the configuration takes its place now",
      );
  }
  if (reason !== undefined && site === undefined) throw new Error(unanswered(stack.name, reason));
  if (reason !== undefined && recordedSpec(String(site?.outputs?.["name"])) !== undefined)
    return notCompared(stack, "its site does not run, and is started again now");
  // Only of a site of this machine is it certain that it is gone, and with it what was in it.
  if (reason !== undefined) {
    await refreshed(stack, watching, true);
    return {
      lines: [
        `the site of stack ${stack.name} is no longer there: it is made again, and the backups are restored into it`,
      ],
      putBack: [],
    };
  }
  return withKubectl(outputs, watching.signal, async (kubectl) => {
    await refuseLostVolumes(kubectl);
    await refuseWhileHeld(kubectl);
    const backupFailed = await removeFailedFirstBackup(kubectl);
    await refreshed(stack, watching, false);
    const left = new Set((await stackResources(stack)).map(({ urn }) => urn));
    const releases = before.filter(({ urn }) => left.has(urn)).flatMap(releaseIn);
    const putBack: PutBack[] = [];
    const scaled: string[] = [];
    for (const release of releases) {
      putBack.push(...(await putBackReleaseObjects(kubectl, release)));
      scaled.push(...(await scaleBack(kubectl, release)));
    }
    const lost = before.filter(({ urn }) => !left.has(urn));
    return {
      lines: [
        ...(backupFailed ? ["the first full backup has failed, and is taken again"] : []),
        ...lost.flatMap(lostText).filter((line) => !backupFailed || !line.startsWith(firstBackupLine)),
        ...putBack.map(putBackText),
        ...scaled,
      ],
      putBack,
    };
  });
}

/** What was stopped for a restore in place must not be started from here: the database may be the old one or the new one. */
async function refuseWhileHeld(kubectl: Kubectl): Promise<void> {
  const held = await readHeld(kubectl);
  if (held !== undefined)
    throw new Error(
      `a restore in place is under way on this platform since ${held.startedAt}: let it come to its end with the same "npm run restore", or give it up with "npm run restore -- database --undo", then run this again`,
    );
}

/** Waits until what was put back runs. @throws Error with kubectl's own last line */
export async function untilAllRun(
  outputs: OutputMap,
  putBack: readonly PutBack[],
  signal: AbortSignal,
): Promise<void> {
  if (putBack.length === 0) return;
  await withKubectl(outputs, signal, async (kubectl) => {
    for (const object of putBack) await untilRunning(kubectl, object);
  });
}

function notCompared({ name }: Stack, why: string): Comparison {
  return {
    lines: [
      `stack ${name} was not compared with its cluster: ${why}; what was deleted there by hand is found by the next "npm run up"`,
    ],
    putBack: [],
  };
}

async function refreshed(stack: Stack, watching: Watching, forget: boolean): Promise<void> {
  const { workspace } = stack;
  const variables = workspace.envVars;
  workspace.envVars = { ...variables, [FORGET_UNREACHABLE]: String(forget) };
  try {
    await refresh(stack, watching);
  } finally {
    workspace.envVars = variables;
  }
}

function releaseIn({ type, outputs }: StackResource): Release[] {
  const { name, namespace } = outputs ?? {};
  return type === "kubernetes:helm.sh/v3:Release" && typeof name === "string" && typeof namespace === "string"
    ? [{ name, namespace }]
    : [];
}

const firstBackupLine = `Job ${jobNames.firstBackup} `;

function takesSilenceForLoss({ type, inputs }: StackResource): boolean {
  return type === "pulumi:providers:kubernetes" && inputs?.["deleteUnreachable"] === "true";
}

interface Claims {
  items: {
    metadata: { name: string; namespace: string; deletionTimestamp?: string };
    status?: { phase?: string };
  }[];
}

/** A claim that is marked for deletion lasts as long as its last pod, and nothing takes the mark away. */
async function refuseLostVolumes(kubectl: Kubectl): Promise<void> {
  const ours: string[] = [names.databaseClaim, names.checkpointsClaim];
  const { items } = JSON.parse(
    await kubectl.call(["get", "persistentvolumeclaims", "--output=json"]),
  ) as Claims;
  for (const { metadata, status } of items.filter((claim) => ours.includes(claim.metadata.name))) {
    const claim = `-n ${metadata.namespace} pvc ${metadata.name}`;
    if (metadata.deletionTimestamp !== undefined)
      throw new Error(
        `the volume claim ${metadata.name} was deleted by hand at ${metadata.deletionTimestamp}, and goes with the data in it once no pod uses it any more; nothing was touched. Take a backup while the data is there (npm run backup -- database, npm run backup -- models), delete the pods that use it ("kubectl describe ${claim}" names them), then run this again: a new volume is made, and the backup restored into it`,
      );
    if (status?.phase === "Lost")
      throw new Error(
        `the volume behind the claim ${metadata.name} was deleted by hand; nothing was touched. Remove the claim ("kubectl delete ${claim}", and the pods that use it), then run this again: a new volume is made, and the backup restored into it`,
      );
  }
}

function lostText({ urn, type }: StackResource): string[] {
  const name = urn.split("::").at(-1) ?? "";
  if (!type.includes(":") || type.startsWith("lstm-pfd:")) return [];
  const kind = type.slice(type.lastIndexOf(":") + 1);
  const fate =
    kind === "PersistentVolumeClaim"
      ? ", with the data that was in it: the backup is restored into a new one"
      : "";
  return [`${kind} ${name} is no longer there, and is made again${fate}`];
}

function putBackText({ kind, name, namespace }: PutBack): string {
  return `${kind} ${name} in namespace ${namespace} was no longer there, and has been made again`;
}

function unanswered(stack: string, reason: string): string {
  return `the cluster of stack ${stack} does not answer (${reason}): nothing was touched, and nothing taken for lost. Bring its API server back, or the network and the credentials to it, then run this again; if the cluster is gone, recover on a fresh one: npm run up -- --stack NEW --fresh`;
}
