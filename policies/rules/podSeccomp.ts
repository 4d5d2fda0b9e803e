import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf, textList } from "../shared/settings";
import { shown } from "../shared/shown";

const defaults = { profiles: ["RuntimeDefault", "Localhost"] };

/** System calls that nobody needs are refused. */
export const podSeccomp: ResourceValidationPolicy = {
  name: "pod-seccomp",
  description: "Every container has a seccomp profile.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    profiles: textList("Types of profiles allowed."),
  }),
  tags: ["checkov:CKV_K8S_31"],
  remediationSteps: "Set securityContext.seccompProfile.type to RuntimeDefault on the pod.",
  validateResource: checkContainers(defaults, (container, { profiles }, problem, pod) => {
    const profile = (container.securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type;
    if (profile === undefined || !profiles.includes(profile))
      problem(`securityContext.seccompProfile.type is ${shown(profile)}, must be ${profiles.join(" or ")}`);
  }),
};
