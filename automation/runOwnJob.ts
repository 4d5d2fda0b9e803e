import { asked, askedFor, jobFromPattern, type OwnOfJob } from "./jobFromPattern";
import type { Kubectl } from "./kubectl";
import type { KubernetesObject } from "./kubernetesObject";

/**
 * Runs a command in the pod of a Job of the platform, and waits for its end. A Job that was asked for the same and has not ended is
 * waited for; one that has ended is removed.
 * @param pattern name of the platform's Job
 * @returns what it printed as its result
 * @throws Error with the command's own sentence; or when another one is under way, or the platform has no such Job
 */
export async function runOwnJob(kubectl: Kubectl, pattern: string, own: OwnOfJob): Promise<unknown> {
  const source = async (): Promise<KubernetesObject> => {
    const found = await jobNamed(kubectl, pattern);
    if (found === undefined)
      throw new Error(
        `the platform has no job ${pattern}: its "up" has not succeeded, or is of an older version; run it first`,
      );
    return found;
  };
  return runOnce(kubectl, source, own);
}

/** The same, from a pattern that was read. */
export function runJobOnce(kubectl: Kubectl, pattern: KubernetesObject, own: OwnOfJob): Promise<unknown> {
  return runOnce(kubectl, () => Promise.resolve(pattern), own);
}

async function runOnce(
  kubectl: Kubectl,
  pattern: () => Promise<KubernetesObject>,
  own: OwnOfJob,
): Promise<unknown> {
  const there = await jobNamed(kubectl, own.name);
  if (there !== undefined && !hasEnded(there)) {
    const annotations = there.metadata["annotations"] as Record<string, string> | undefined;
    if (annotations?.[askedFor] !== asked(own))
      throw new Error(
        `job ${own.name} is under way and was asked for something else (${annotations?.[askedFor] ?? "unknown"}): wait for its end, then run this again`,
      );
    return kubectl.finishJob(own.name, own.limitSeconds);
  }
  const source = await pattern();
  if (there !== undefined)
    await kubectl.call(
      ["delete", "job", own.name, "--ignore-not-found", "--cascade=foreground", "--timeout=120s"],
      {
        timeoutMs: 130_000,
      },
    );
  return kubectl.runJob(jobFromPattern(source, own), own.limitSeconds);
}

async function jobNamed(kubectl: Kubectl, name: string): Promise<KubernetesObject | undefined> {
  const text = await kubectl.call(["get", "job", name, "--ignore-not-found", "--output=json"]);
  return text.trim() === "" ? undefined : (JSON.parse(text) as KubernetesObject);
}

function hasEnded(job: KubernetesObject): boolean {
  const { conditions = [] } = (job["status"] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => status === "True" && /^(Complete|Failed)$/.test(type));
}
