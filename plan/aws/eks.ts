import { check, pattern, type Rule } from "../rule";
import { roleArnRule } from "./arns";

/** Newest minor version that EKS, cert-manager 1.21 and Traefik 3.7 are all made for. */
export const defaultKubernetesVersion = "1.36";

/** Minor version whose standard support at EKS ended last: older ones cannot be created without extra charge. */
const lastEnded = 33;

/** Minor version of Kubernetes in standard support at EKS. */
export const kubernetesVersionRule: Rule = {
  says: `must be a minor version in standard support at EKS, 1.${lastEnded + 1} or newer, as in ${defaultKubernetesVersion}`,
  example: defaultKubernetesVersion,
  holds: (version) => Number(/^1\.(\d{2})$/.exec(version)?.[1]) > lastEnded,
};

/**
 * @param key name of the argument, for the message
 * @throws Error when EKS does not create clusters of the version in standard support any more, or it is no version
 */
export function checkKubernetesVersion(key: string, version: string): void {
  check(kubernetesVersionRule, key, version);
}

/** Name of an EKS cluster. */
export const clusterNameRule = pattern(
  /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/,
  "must hold at most 100 letters, digits, hyphens and underscores, and start with a letter or digit",
  "lstm-pfd-generation-0001",
);

/** Roles that administer a cluster. */
export const administratorsRule: Rule<readonly string[]> = {
  says: "must be ARNs of roles, comma-separated, each once, as in arn:aws:iam::123456789012:role/operator",
  example: ["arn:aws:iam::123456789012:role/operator"],
  holds: (arns) => arns.length > 0 && arns.every(roleArnRule.holds) && new Set(arns).size === arns.length,
};

const logRetentions: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
];

/** Days that the control plane's logs are kept. */
export const logRetentionRule: Rule<number> = {
  says: `must be one of ${logRetentions.join(", ")}, which is what CloudWatch takes`,
  example: 90,
  holds: (days) => logRetentions.includes(days),
};

/** What leads to an EKS cluster. */
export interface EksAddress {
  name: string;
  region: string;
  endpoint: string;
  /** Certificate authority, base64. */
  certificateAuthority: string;
}

/**
 * Kubeconfig of an EKS cluster, as JSON. It holds no secret: `aws eks get-token` makes a token from the credentials of who
 * uses it, so it does not go stale on the day it is needed.
 */
export function eksKubeconfig({ name, region, endpoint, certificateAuthority }: EksAddress): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
