import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";

const defaults = {};

/** Nothing gets more rights than it starts with. */
export const podEscalation: ResourceValidationPolicy = {
  name: "pod-escalation",
  description: "No container is privileged or may gain privileges.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_K8S_16", "checkov:CKV_K8S_20"],
  remediationSteps:
    "Set securityContext.allowPrivilegeEscalation to false on each container, and leave privileged out.",
  validateResource: checkContainers(defaults, ({ securityContext }, _settings, problem) => {
    const escalation = securityContext?.allowPrivilegeEscalation;
    if (escalation !== false)
      problem(`securityContext.allowPrivilegeEscalation is ${shown(escalation)}, must be false`);
    if (securityContext?.privileged === true) problem("securityContext.privileged is true");
  }),
};
