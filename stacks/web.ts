import type { Authority } from "../components/certManager";
import type { Config } from "../config/config";
import type { IngressEndpoint } from "../plan/ingressEndpoint";
import { savedIn, type SavedSecret } from "../plan/savedSecrets";

/** How clients reach the application; undefined where no host is named. */
export function ingressEndpointOf({ web }: Pick<Config, "web">): IngressEndpoint | undefined {
  const { host, ingress, certManager } = web;
  return host === "" ? undefined : { host, controller: ingress.controller, issuer: certManager.issuer.kind };
}

/** The authority that signs, where it is one of the configuration. */
export function authorityOf({ web }: Pick<Config, "web">): Authority | undefined {
  return web.certManager.issuer.kind === "own-ca" ? web.authority : undefined;
}

/** Certificates that the application had on an earlier cluster. Without an ingress endpoint, nobody asks for one. */
export function savedCertificates({ namespace, web }: Pick<Config, "namespace" | "web">): SavedSecret[] {
  return web.host === "" ? [] : savedIn(namespace, web.savedSecrets);
}
