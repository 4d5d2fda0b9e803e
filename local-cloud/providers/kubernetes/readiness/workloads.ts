import { at, listAt, numberAt, objectAt, textAt, type Json } from "../json";
import { failureMessage, unreadyPods } from "./pod";
import { READY, waitingFor, type Readiness, type Surroundings } from "./readiness";

/** Label selector, as in `app=web,tier=front`, of a workload's pods. Expressions only make it choose less. */
function selectorOf(live: Json): string {
  return Object.keys(objectAt(live, "spec", "selector", "matchLabels"))
    .map((label) => `${label}=${textAt(live, "spec", "selector", "matchLabels", label)}`)
    .join(",");
}

async function withPods(live: Json, reason: string, surroundings: Surroundings): Promise<Readiness> {
  const selector = selectorOf(live);
  const pods = selector === "" ? "" : unreadyPods(await surroundings.list("Pod", selector));
  return waitingFor(pods === "" ? reason : `${reason}: ${pods}`);
}

function isObserved(live: Json): boolean {
  return numberAt(live, ["status", "observedGeneration"], 0) >= numberAt(live, ["metadata", "generation"], 0);
}

/** A Deployment is ready when every pod is of the newest template and available, and no old one is left. */
export async function deploymentReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  if (!isObserved(live)) return waitingFor("the Deployment is not seen by its controller yet");
  if (at(live, "spec", "paused") === true) return READY;
  const wanted = numberAt(live, ["spec", "replicas"], 1);
  const [updated, total, available] = ["updatedReplicas", "replicas", "availableReplicas"].map((name) =>
    numberAt(live, ["status", name], 0),
  );
  if (updated === undefined || total === undefined || available === undefined) return READY;
  if (updated >= wanted && total <= updated && available >= updated) return READY;
  const deadline = listAt(live, "status", "conditions").find(
    (condition) => textAt(condition, "reason") === "ProgressDeadlineExceeded",
  );
  const stuck = deadline === undefined ? "" : `, ${textAt(deadline, "message")}`;
  const old = total > updated ? `, ${total - updated} old pods still there` : "";
  return withPods(
    live,
    `${available} of ${wanted} pods available, ${updated} new${old}${stuck}`,
    surroundings,
  );
}

/** A StatefulSet is ready when its pods are, and are of the newest template (with `OnDelete`: of any). */
export async function statefulSetReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  if (!isObserved(live)) return waitingFor("the StatefulSet is not seen by its controller yet");
  const wanted = numberAt(live, ["spec", "replicas"], 1);
  const ready = numberAt(live, ["status", "readyReplicas"], 0);
  const updated = numberAt(live, ["status", "updatedReplicas"], 0);
  const partition = numberAt(live, ["spec", "updateStrategy", "rollingUpdate", "partition"], 0);
  const onDelete = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  const current = textAt(live, "status", "currentRevision") === textAt(live, "status", "updateRevision");
  const rolledOut = onDelete || current || updated >= Math.max(wanted - partition, 0);
  if (ready >= wanted && rolledOut) return READY;
  return withPods(live, `${ready} of ${wanted} pods ready, ${updated} new`, surroundings);
}

/** A DaemonSet is ready when every node that should run its pod does, of the newest template. */
export async function daemonSetReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  if (!isObserved(live)) return waitingFor("the DaemonSet is not seen by its controller yet");
  const wanted = numberAt(live, ["status", "desiredNumberScheduled"], 0);
  const updated = numberAt(live, ["status", "updatedNumberScheduled"], 0);
  const available = numberAt(live, ["status", "numberAvailable"], 0);
  const onDelete = textAt(live, "spec", "updateStrategy", "type") === "OnDelete";
  if ((onDelete || updated >= wanted) && available >= wanted) return READY;
  return withPods(live, `${available} of ${wanted} pods available, ${updated} new`, surroundings);
}

/** A ReplicationController is ready when all of its pods are available. */
export function replicationControllerReadiness(live: Json): Readiness {
  const wanted = numberAt(live, ["spec", "replicas"], 1);
  const available = numberAt(live, ["status", "availableReplicas"], 0);
  return available >= wanted ? READY : waitingFor(`${available} of ${wanted} pods available`);
}

/** A Job is ready when it is complete. A failed one carries the termination message of the pod that failed last. */
export async function jobReadiness(live: Json, surroundings: Surroundings): Promise<Readiness> {
  const conditions = listAt(live, "status", "conditions").filter(
    (condition) => textAt(condition, "status") === "True",
  );
  const condition = (type: string): Json | undefined =>
    conditions.find((candidate) => textAt(candidate, "type") === type);
  if (condition("Complete") !== undefined) return READY;
  const name = textAt(live, "metadata", "name");
  const pods = await surroundings.list("Pod", `batch.kubernetes.io/job-name=${name}`);
  const failed = condition("Failed");
  if (failed !== undefined) {
    const told = failureMessage(pods);
    const end = `${textAt(failed, "reason")}: ${textAt(failed, "message")}`;
    return { state: "failed", reason: told === undefined ? end : `${told} (${end})` };
  }
  if (at(live, "spec", "suspend") === true) return waitingFor("the Job is suspended");
  const attempts = numberAt(live, ["status", "failed"], 0);
  const told = attempts === 0 ? undefined : failureMessage(pods);
  const past = attempts === 0 ? "" : `, ${attempts} failed${told === undefined ? "" : ` (${told})`}`;
  const active = unreadyPods(pods.filter((pod) => textAt(pod, "status", "phase") !== "Failed"));
  return waitingFor(`the Job to complete${past}${active === "" ? "" : `: ${active}`}`);
}
