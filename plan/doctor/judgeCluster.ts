import type { ApiAnswer } from "./facts";
import { type Context, type Finding, oneLine } from "./finding";
import { judgeExpiry } from "./judgeExpiry";
import { conditionOf, type NodeObject } from "./kubernetes";

/** What is wrong with the way into the cluster. */
export function judgeApi({ at, failed, certificate, client }: ApiAnswer, { now }: Context): Finding[] {
  const expired: Finding[] = [
    ...judgeExpiry(certificate, now, {
      what: "the certificate of the API server",
      at,
      todo: "renew it on the control plane, as the cluster's own documentation says; one of a provider is renewed there",
      about: ["api/certificate"],
    }),
    ...judgeExpiry(client, now, {
      what: "the certificate in the kubeconfig",
      at,
      todo: "take a new kubeconfig from the cluster, and let the key kubeconfig name it",
      about: ["api/certificate"],
    }),
  ];
  if (failed === undefined) return expired;
  return [
    ...expired,
    {
      severity: "down",
      what: "the API server of the cluster does not answer",
      evidence: oneLine(`${at}: ${failed}`),
      todo: remedyOf(failed),
      command: "kubectl get --raw=/readyz",
      about: ["api"],
      becauseOf: ["api/certificate", "disk"],
    },
  ];
}

function remedyOf(failed: string): string {
  if (/x509|certificate/i.test(failed))
    return "the kubeconfig does not trust it, or its certificate has expired: take a new kubeconfig";
  if (/Unauthorized|logged in|credentials/i.test(failed))
    return "it refuses the credentials of the kubeconfig: log in again, or take a new one";
  if (/forbidden/i.test(failed))
    return "who asks may not: give it the rights of an administrator of the namespace";
  if (/no such host|ENOTFOUND|EAI_AGAIN/.test(failed))
    return "its name is not found: look at the name server, and whether the cluster is still there";
  if (/refused/i.test(failed))
    return "nothing listens there: start the control plane; a cluster on this machine is started by up";
  return "look at the way there, and at the control plane; if the cluster is gone for good, see docs/runbook.md";
}

const pressures: Readonly<Record<string, string>> = {
  MemoryPressure: "is short of memory",
  DiskPressure: "is short of disk",
  PIDPressure: "has too many processes",
  NetworkUnavailable: "has no network",
};

/** What is wrong with the nodes. */
export function judgeNodes(nodes: readonly NodeObject[]): Finding[] {
  return nodes.flatMap(({ metadata: { name }, spec, status }): Finding[] => {
    const about = [`node/${name}`, "nodes"];
    const command = `kubectl describe node ${name}`;
    const ready = conditionOf(status?.conditions, "Ready");
    if (ready !== undefined && ready.status !== "True")
      return [
        {
          severity: "down",
          what: `node ${name} is not ready`,
          evidence: oneLine(`${ready.reason ?? ready.status}: ${ready.message ?? ""}`),
          todo: "look at the machine and its kubelet; replace it if it does not come back: pods go elsewhere after five minutes, those with a volume when it is free",
          command,
          about,
          becauseOf: ["disk"],
        },
      ];
    const pressed = Object.entries(pressures).flatMap(([type, says]): Finding[] => {
      const condition = conditionOf(status?.conditions, type);
      if (condition?.status !== "True") return [];
      return [
        {
          severity: "at risk",
          what: `node ${name} ${says}`,
          evidence: oneLine(`${condition.reason ?? type}: ${condition.message ?? ""}`),
          todo: "it evicts pods, or takes no new ones: make room on it, or give the cluster another node",
          command,
          about: [...about, `pressure/${name}`],
          becauseOf: ["disk"],
        },
      ];
    });
    if (spec?.unschedulable !== true) return pressed;
    return [
      ...pressed,
      {
        severity: "look",
        what: `node ${name} is cordoned: it takes no new pods`,
        evidence: "spec.unschedulable is true",
        todo: "if whoever has drained it is done, let it take pods again",
        command: `kubectl uncordon ${name}`,
        about,
      },
    ];
  });
}
