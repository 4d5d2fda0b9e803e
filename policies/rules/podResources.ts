import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf, textList } from "../shared/settings";

const defaults = { requests: ["cpu", "memory"], limits: ["memory"] };

/** The scheduler knows what a pod needs, and one pod cannot take a node's memory. */
export const podResources: ResourceValidationPolicy = {
  name: "pod-resources",
  description: "Every container requests cpu and memory and has a limit of memory.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    requests: textList("Resources that must be requested."),
    limits: textList("Resources that must be limited."),
  }),
  tags: ["checkov:CKV_K8S_10", "checkov:CKV_K8S_12", "checkov:CKV_K8S_13"],
  remediationSteps: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory.",
  validateResource: checkContainers(defaults, ({ resources }, settings, problem) => {
    for (const kind of ["requests", "limits"] as const)
      for (const name of settings[kind])
        if (resources?.[kind]?.[name] === undefined) problem(`resources.${kind}.${name} is not set`);
  }),
};
