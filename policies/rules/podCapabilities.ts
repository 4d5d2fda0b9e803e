import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf, textList } from "../shared/settings";
import { shown } from "../shared/shown";

const defaults = { allowed: ["NET_BIND_SERVICE"] };

/** No container has capabilities that it does not need. */
export const podCapabilities: ResourceValidationPolicy = {
  name: "pod-capabilities",
  description: "Every container drops all capabilities and adds none but those allowed.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    allowed: textList("Capabilities that may be added."),
  }),
  tags: ["checkov:CKV_K8S_25", "checkov:CKV_K8S_28", "checkov:CKV_K8S_37"],
  remediationSteps: 'Set securityContext.capabilities.drop to ["ALL"] on each container.',
  validateResource: checkContainers(defaults, ({ securityContext }, { allowed }, problem) => {
    const drop = securityContext?.capabilities?.drop;
    if (drop?.includes("ALL") !== true)
      problem(`securityContext.capabilities.drop is ${shown(drop)}, must hold "ALL"`);
    for (const capability of securityContext?.capabilities?.add ?? [])
      if (!allowed.includes(capability))
        problem(
          `securityContext.capabilities.add holds "${capability}", allowed is ${allowed.join(", ") || "none"}`,
        );
  }),
};
