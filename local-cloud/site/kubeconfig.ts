import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** What a kubeconfig is made of. */
export interface KubeconfigParts {
  cluster: string;
  user: string;
  server: string;
  /** PEM. */
  authority: string;
  /** PEM. */
  certificate: string;
  /** PEM. */
  key: string;
}

/** A kubeconfig that needs no other file. */
export function renderKubeconfig({
  cluster,
  user,
  server,
  authority,
  certificate,
  key,
}: KubeconfigParts): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(authority) } }],
      users: [
        {
          name: user,
          user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
        },
      ],
      contexts: [{ name: cluster, context: { cluster, user } }],
      "current-context": cluster,
    },
    { lineWidth: 0 },
  );
}

/** A kubeconfig with a client certificate of a site. */
export function kubeconfigOf(pki: string, certificate: string, cluster: string, server: string): string {
  const read = (file: string): string => readFileSync(join(pki, file), "utf8");
  return renderKubeconfig({
    cluster,
    user: certificate,
    server,
    authority: read("ca.crt"),
    certificate: read(`${certificate}.crt`),
    key: read(`${certificate}.key`),
  });
}

/** How the API server of a site is reached from the host. */
export function hostServer(apiPort: number): string {
  return `https://127.0.0.1:${apiPort}`;
}
