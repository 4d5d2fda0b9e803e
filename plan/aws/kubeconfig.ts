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
