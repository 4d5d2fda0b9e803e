import type { types } from "@pulumi/kubernetes";
import type { ResourceValidation } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import type { Findings } from "./findings";
import { kubernetesTypes } from "./resourceTypes";
import type { CommonSettings } from "./settings";
import { checkResources } from "./validation";

/** Specification of a pod. */
export type PodSpec = Unwrap<types.input.core.v1.PodSpec>;
/** A container of a pod. */
export type Container = Unwrap<types.input.core.v1.Container>;

/** What makes pods: a pod, a controller of pods or a CronJob. */
export interface Workload {
  spec?: PodSpec | PodController | CronController;
}
interface PodController {
  template: { spec?: PodSpec };
}
interface CronController {
  jobTemplate: { spec?: PodController };
}

/** Type tokens of everything that makes pods. */
export const workloadTypes: readonly string[] = [
  kubernetesTypes.pod,
  kubernetesTypes.deployment,
  kubernetesTypes.statefulSet,
  kubernetesTypes.daemonSet,
  kubernetesTypes.job,
  kubernetesTypes.cronJob,
];

/** Specification of the pods that a workload makes. */
export function podSpecOf({ spec }: Workload): PodSpec | undefined {
  if (spec === undefined) return undefined;
  if ("jobTemplate" in spec) return spec.jobTemplate.spec?.template.spec;
  if ("template" in spec) return spec.template.spec;
  return "containers" in spec ? spec : undefined;
}

/** Containers of a pod, those that run before the others included. */
export function containersOf(pod: PodSpec): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** Makes the validation of a rule for everything that makes pods. */
export function checkPods<Settings extends object>(
  defaults: Settings,
  check: (pod: PodSpec, settings: Settings & CommonSettings, findings: Findings) => void,
): ResourceValidation {
  return checkResources<Workload, Settings>(workloadTypes, defaults, (workload, settings, findings) => {
    const pod = podSpecOf(workload);
    if (pod) check(pod, settings, findings);
    else findings.problem("it has no pod specification");
  });
}

/** Makes the validation of a rule for each container; messages get the container's name in front. */
export function checkContainers<Settings extends object>(
  defaults: Settings,
  check: (
    container: Container,
    settings: Settings & CommonSettings,
    problem: (message: string) => void,
    pod: PodSpec,
  ) => void,
): ResourceValidation {
  return checkPods(defaults, (pod, settings, findings) => {
    for (const container of containersOf(pod))
      findings.attempt(() => {
        const problem = (message: string): void => {
          findings.problem(`container "${container.name}": ${message}`);
        };
        check(container, settings, problem, pod);
      });
  });
}
