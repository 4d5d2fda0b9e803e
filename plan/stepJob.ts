import type { types } from "@pulumi/kubernetes";
import { exitCodes } from "./exitCodes";

type JobSpec = types.input.batch.v1.JobSpec;
type Rule = types.input.batch.v1.PodFailurePolicyRule;

/** Pods that a Job of `up` makes besides the first: with Kubernetes' pauses between them, ten minutes. */
const backoffLimit = 6;

/**
 * A pod that was moved says nothing about its work: its node was drained, lost or needed by others. Kubernetes makes a new one,
 * once the old one has ended, and does not count it.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
 */
const ignoreDisruptions: Rule = {
  action: "Ignore",
  onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
};

/** The command tries again by itself where that helps; a second pod would only repeat a refusal. */
const failForGood: Rule = {
  action: "FailJob",
  onExitCodes: { operator: "NotIn", values: [exitCodes.tooEarly, exitCodes.stopped] },
};

/**
 * Job of a step of `up`: it ends with the first refusal, and goes on with another pod where that can help.
 * @param activeDeadlineSeconds for all of its pods together @default none
 */
export function stepJobSpec(
  template: types.input.core.v1.PodTemplateSpec,
  activeDeadlineSeconds?: number,
): JobSpec {
  return {
    backoffLimit,
    podFailurePolicy: { rules: [ignoreDisruptions, failForGood] },
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    template,
  };
}

/** Policy of a Job that may repeat any failure: only what is none is not counted. */
export const disruptionsDoNotCount: types.input.batch.v1.PodFailurePolicy = { rules: [ignoreDisruptions] };
