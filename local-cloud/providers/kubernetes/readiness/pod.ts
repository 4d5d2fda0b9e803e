import { at, listAt, numberAt, textAt, type Json } from "../json";
import { READY, waitingFor, type Readiness } from "./readiness";

/** A pod is ready when it serves, or when it has run to its end with success. */
export function podReadiness(pod: Json): Readiness {
  const phase = textAt(pod, "status", "phase");
  if (phase === "Succeeded") return READY;
  if (phase === "Failed" && textAt(pod, "spec", "restartPolicy") !== "Always")
    return { state: "failed", reason: podProblem(pod) ?? "the pod failed" };
  const ready = listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
  return ready ? READY : waitingFor(`pod ${textAt(pod, "metadata", "name")}: ${podStatus(pod)}`);
}

/** What a pod is doing, in a few words: `ContainerCreating`, `CrashLoopBackOff: …`. */
export function podStatus(pod: Json): string {
  return podProblem(pod) ?? (textAt(pod, "status", "phase") || "not seen by a scheduler yet");
}

/** Why a pod does not run; undefined when nothing is known to be wrong. */
function podProblem(pod: Json): string | undefined {
  for (const status of containerStatuses(pod)) {
    const terminated = terminationOf(status);
    const waiting = at(status, "state", "waiting");
    if (waiting !== undefined) {
      const details = [textAt(waiting, "message"), terminated].filter(
        (text) => text !== undefined && text !== "",
      );
      return [textAt(waiting, "reason"), ...details].join(": ");
    }
    if (terminated !== undefined && numberAt(status, ["state", "terminated", "exitCode"], 0) !== 0)
      return terminated;
  }
  const unscheduled = listAt(pod, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "PodScheduled" && textAt(condition, "status") === "False",
  );
  return unscheduled === undefined
    ? undefined
    : `${textAt(unscheduled, "reason")}: ${textAt(unscheduled, "message")}`;
}

function containerStatuses(pod: Json): Json[] {
  return [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
}

function terminationOf(status: Json): string | undefined {
  const ended = at(status, "state", "terminated") ?? at(status, "lastState", "terminated");
  if (ended === undefined || numberAt(ended, ["exitCode"], 0) === 0) return undefined;
  const message = textAt(ended, "message").trim();
  return message || `${textAt(ended, "reason") || "Error"} (exit code ${numberAt(ended, ["exitCode"], 0)})`;
}

/**
 * What the containers that failed last left as their termination messages, or else how they ended.
 * @param pods in any order
 */
export function failureMessage(pods: readonly Json[]): string | undefined {
  const endings = pods
    .flatMap((pod) => containerStatuses(pod))
    .flatMap((status) => [at(status, "state", "terminated"), at(status, "lastState", "terminated")])
    .filter((ended) => ended !== undefined && numberAt(ended, ["exitCode"], 0) !== 0)
    .sort((a, b) => (textAt(a, "finishedAt") < textAt(b, "finishedAt") ? 1 : -1));
  const told = endings.find((ended) => textAt(ended, "message").trim() !== "") ?? endings[0];
  if (told === undefined) return undefined;
  return (
    textAt(told, "message").trim() ||
    `${textAt(told, "reason") || "Error"} (exit code ${numberAt(told, ["exitCode"], 0)})`
  );
}

/** What the pods that are not ready do; empty when all are. */
export function unreadyPods(pods: readonly Json[]): string {
  return pods
    .map(podReadiness)
    .flatMap((readiness) => (readiness.state === "ready" ? [] : [readiness.reason]))
    .slice(0, 3)
    .join("; ");
}
