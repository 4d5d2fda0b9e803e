import { runNames } from "../plan/names";
import { jobFromPattern } from "./jobFromPattern";
import type { Kubectl } from "./kubectl";
import type { KubernetesObject } from "./kubernetesObject";

const limitSeconds = 3 * 3600;

/**
 * Lets a snapshot of the models count that was published as unconfirmed: a Job with the rights of the CronJob that takes them.
 * @returns what it printed as its result
 * @throws Error with the Job's own sentence
 */
export async function confirmSnapshot(kubectl: Kubectl, name: string): Promise<unknown> {
  const cronJob = JSON.parse(
    await kubectl.call(["get", "cronjob", runNames.models, "--output=json"]),
  ) as KubernetesObject;
  const { spec } = (cronJob["spec"] as { jobTemplate: { spec: object } }).jobTemplate;
  return kubectl.runJob(
    jobFromPattern(
      { ...cronJob, spec },
      {
        name: `confirm-${name}-${Date.now().toString(36)}`,
        command: ["backup-models", "confirm", name],
        environment: {},
        limitSeconds,
      },
    ),
    limitSeconds,
  );
}
