import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/**
 * A kubeconfig with a client certificate of a site; it needs no other file.
 * @param pki directory with the keys and certificates of the site
 * @param certificate name of the one to use, also the user's
 */
export function kubeconfigOf(pki: string, certificate: string, cluster: string, server: string): string {
  const read = (file: string): string => readFileSync(join(pki, file)).toString("base64");
  const user = {
    "client-certificate-data": read(`${certificate}.crt`),
    "client-key-data": read(`${certificate}.key`),
  };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": read("ca.crt") } }],
      users: [{ name: certificate, user }],
      contexts: [{ name: cluster, context: { cluster, user: certificate } }],
      "current-context": cluster,
    },
    { lineWidth: 0 },
  );
}

/** How the API server of a site is reached from the host. */
export function hostServer(apiPort: number): string {
  return `https://127.0.0.1:${apiPort}`;
}
