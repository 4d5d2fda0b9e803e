import { jobNames } from "../plan/names";
import type { Kubectl } from "./kubectl";
import type { KubernetesObject } from "./kubernetesObject";

/** Seconds that an ended Job stays when whoever began it was killed. */
const keptSeconds = 3600;

/**
 * Rehearses the restore of the newest backups now, as the platform does it every night, and removes the Job, also when it fails or is stopped.
 * @param kubectl on the namespace of the platform
 * @param detail is told the newest line of its log now and then
 * @returns what the Job printed as its result
 * @throws Error with the Job's own sentence when it failed
 */
export async function rehearse(
  kubectl: Kubectl,
  detail: (text: string) => void = () => undefined,
): Promise<unknown> {
  const text = await kubectl.call([
    "get",
    "cronjob",
    jobNames.rehearse,
    "--ignore-not-found",
    "--output=json",
  ]);
  if (text.trim() === "")
    throw new Error(
      `the platform has no cronjob ${jobNames.rehearse}: its recovery kit has no right to create evidence, or its "up" is of an older version; run "up" for the vault, then for the platform`,
    );
  const job = rehearsalByHand(JSON.parse(text) as KubernetesObject, Date.now());
  const { name } = job.metadata;
  try {
    await kubectl.call(["create", "--filename=-"], { input: JSON.stringify(job) });
    // It ends by itself.
    return await kubectl.finishJob(name, Infinity, detail);
  } finally {
    // The signal that stops the work must not stop this.
    await kubectl
      .withSignal(new AbortController().signal)
      .call(["delete", "job", name, "--ignore-not-found", "--cascade=foreground", "--timeout=120s"], {
        timeoutMs: 130_000,
      });
  }
}

/** The Job of a CronJob, beside those that it makes itself. @param now in milliseconds, for its name */
export function rehearsalByHand(cronJob: KubernetesObject, now: number): KubernetesObject {
  const { jobTemplate } = cronJob["spec"] as {
    jobTemplate: { metadata?: { labels?: Record<string, string> }; spec: object };
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${jobNames.rehearse}-${now.toString(36)}`,
      labels: jobTemplate.metadata?.labels ?? {},
    },
    spec: { ...jobTemplate.spec, ttlSecondsAfterFinished: keptSeconds },
  };
}
