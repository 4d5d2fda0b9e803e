import type { Authority, CertManagerArgs } from "../components/certManager";
import type { Config } from "../config/config";
import type { IngressEndpoint } from "../plan/ingressEndpoint";
import { savedIn, type SavedSecret } from "../plan/savedSecrets";

/** How clients reach the application; undefined where no host is named. */
export function ingressEndpointOf({ web }: Pick<Config, "web">): IngressEndpoint | undefined {
  const { host, ingress, certManager } = web;
  return host === "" ? undefined : { host, controller: ingress.controller, issuer: certManager.issuer.kind };
}

/** cert-manager as the configuration has it, with the commands of this image. */
export function certManagerArgs(
  config: Pick<Config, "web" | "imagePullSecret">,
  operationsImage: string,
): CertManagerArgs {
  const { certManager, savedSecrets } = config.web;
  return {
    chart: certManager.chart,
    issuer: certManager.issuer,
    authority: authorityOf(config),
    savedSecrets,
    operationsImage,
    imagePullSecret: config.imagePullSecret,
  };
}

/** The authority that signs, where it is one of the configuration. */
function authorityOf({ web }: Pick<Config, "web">): Authority | undefined {
  return web.certManager.issuer.kind === "own-ca" ? web.authority : undefined;
}

/** Certificates that the application had on an earlier cluster. Without an ingress endpoint, nobody asks for one. */
export function savedCertificates({ namespace, web }: Pick<Config, "namespace" | "web">): SavedSecret[] {
  return web.host === "" ? [] : savedIn(namespace, web.savedSecrets);
}
