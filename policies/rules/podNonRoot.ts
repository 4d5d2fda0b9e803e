import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkContainers } from "../shared/pods";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";

const defaults = {};

/** Nothing runs as root. */
export const podNonRoot: ResourceValidationPolicy = {
  name: "pod-non-root",
  description: "Every container runs as another user than root, and the kubelet refuses it otherwise.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_K8S_23"],
  remediationSteps:
    "Set securityContext.runAsNonRoot to true on the pod, and runAsUser where the image's user is a name.",
  validateResource: checkContainers(defaults, (container, _settings, problem, pod) => {
    const nonRoot = container.securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot;
    const user = container.securityContext?.runAsUser ?? pod.securityContext?.runAsUser;
    if (nonRoot !== true) problem(`securityContext.runAsNonRoot is ${shown(nonRoot)}, must be true`);
    if (user === 0) problem("securityContext.runAsUser is 0, which is root");
  }),
};
