import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkPods, containersOf } from "../shared/pods";
import { schemaOf } from "../shared/settings";

const defaults = {};
const namespaces = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** A pod does not depend on its node: a rebuilt cluster has other nodes. */
export const podHostAccess: ResourceValidationPolicy = {
  name: "pod-host-access",
  description: "No pod uses its node's file system, network, processes or ports.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_K8S_17", "checkov:CKV_K8S_18", "checkov:CKV_K8S_19", "checkov:CKV_K8S_26"],
  remediationSteps:
    "Use a PersistentVolumeClaim instead of hostPath and a Service instead of hostNetwork or hostPort.",
  validateResource: checkPods(defaults, (pod, _settings, findings) => {
    for (const name of namespaces)
      findings.attempt(() => {
        if (pod[name] === true) findings.problem(`${name} is true`);
      });
    for (const volume of pod.volumes ?? [])
      findings.attempt(() => {
        if (volume.hostPath) findings.problem(`volume "${volume.name}" is hostPath ${volume.hostPath.path}`);
      });
    for (const { name, ports } of containersOf(pod))
      findings.attempt(() => {
        for (const { hostPort } of ports ?? [])
          if (hostPort !== undefined) findings.problem(`container "${name}": hostPort is ${hostPort}`);
      });
  }),
};
