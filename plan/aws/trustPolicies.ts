import { policyText } from "./policyDocument";

/** Trust of a role that a service of AWS takes on. */
export function serviceTrust(service: string, actions: string[] = ["sts:AssumeRole"]): string {
  return policyText({
    Sid: "ServiceOnly",
    Effect: "Allow",
    Principal: { Service: service },
    Action: actions,
  });
}

/** Pods that a role is for. */
export interface TrustedPods {
  /** Kubernetes namespace. */
  namespace: string;
  serviceAccounts: readonly string[];
}

/**
 * Trust of a role that pods take on by EKS Pod Identity. It names no cluster: a rebuilt one works at once, which a trust by
 * the cluster's OIDC issuer would not.
 */
export function podIdentityTrust({ namespace, serviceAccounts }: TrustedPods): string {
  return policyText({
    Sid: "PodsOnly",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": [...serviceAccounts],
      },
    },
  });
}
