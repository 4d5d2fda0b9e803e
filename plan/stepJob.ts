import type { types } from "@pulumi/kubernetes";
import { exitCodes } from "./exitCodes";

type JobSpec = types.input.batch.v1.JobSpec;
type Rule = types.input.batch.v1.PodFailurePolicyRule;

/**
 * A pod that was moved says nothing about its work: its node was drained, lost or needed by others. Kubernetes makes a new one,
 * once the old one has ended, and does not count it.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
 */
const ignoreDisruptions: Rule = {
  action: "Ignore",
  onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
};

/**
 * Where another pod can help, Kubernetes makes one, with growing pauses. Who watches the pods ends that, and the Job's deadline:
 * see {@link triesForCredentials}.
 */
const tryAgain: Rule = {
  action: "Ignore",
  onExitCodes: { operator: "In", values: [exitCodes.tooEarly, exitCodes.stopped] },
};

/** Pods without credentials after which no other one is tried: with the pauses between them, ten minutes. */
export const triesForCredentials = 7;

/**
 * Job of a step of `up`: it goes on with another pod where that can help, and ends with anything else. The command tries again by
 * itself where that helps; a second pod would only repeat a refusal. It ends by its limit, not by the action `FailJob`: of the
 * reasons for a failed Job, the Kubernetes provider knows `BackoffLimitExceeded` and `DeadlineExceeded` alone, and waits on with
 * any other.
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/checker/job/check.go
 * @param activeDeadlineSeconds for all of its pods together @default none
 */
export function stepJobSpec(
  template: types.input.core.v1.PodTemplateSpec,
  activeDeadlineSeconds?: number,
): JobSpec {
  return {
    backoffLimit: 0,
    podFailurePolicy: { rules: [ignoreDisruptions, tryAgain] },
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    template,
  };
}

/** Policy of a Job that may repeat any failure: only what is none is not counted. */
export const disruptionsDoNotCount: types.input.batch.v1.PodFailurePolicy = { rules: [ignoreDisruptions] };
