import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";

const defaults = {};

/** What is written is written to a volume, where it is backed up or known to be lost. */
export const podReadOnlyRoot: ResourceValidationPolicy = {
  name: "pod-read-only-root",
  description: "The root file system of every container is read-only.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_K8S_22"],
  remediationSteps:
    "Set securityContext.readOnlyRootFilesystem to true on each container, and mount an emptyDir where it writes.",
  validateResource: checkContainers(defaults, ({ securityContext }, _settings, problem) => {
    const readOnly = securityContext?.readOnlyRootFilesystem;
    if (readOnly !== true)
      problem(`securityContext.readOnlyRootFilesystem is ${shown(readOnly)}, must be true`);
  }),
};
