import { type CertificateIssuer } from "./certManager";
import { ingressClassName, type IngressController, ingressService } from "./ingress";
import { names } from "./names";

/** How clients reach the application. */
export interface IngressEndpoint {
  /** Name under which it is reached. */
  host: string;
  controller: IngressController;
  /** Who signs its certificate. */
  issuer: CertificateIssuer["kind"];
}

/** Five seconds of a signal at 20,480 Hz are 1 to 2 MB of JSON; either controller refuses what is above 1 MiB by default. */
const largestRequest = "16m";

/** Values of the application's chart. */
export function ingressEndpointValues({ host }: Pick<IngressEndpoint, "host">): {
  ingress: Record<string, unknown>;
} {
  return {
    ingress: {
      enabled: true,
      host,
      className: ingressClassName,
      tlsSecretName: names.certificateSecret,
      annotations: {
        "cert-manager.io/cluster-issuer": names.issuer,
        "nginx.ingress.kubernetes.io/proxy-body-size": largestRequest,
      },
    },
  };
}

/** How a pod calls the application as clients do. */
export interface IngressEndpointCall {
  url: string;
  /** Where the connection goes: the host's name may still lead to the lost cluster. */
  connectTo: string;
  /**
   * Whether the certificate is that of an authority in the cluster, which can be checked. Let's Encrypt issues only once
   * the host's name leads here, and that comes after the proof: until then both controllers show a certificate of their own
   * (Traefik from 3.7 on: https://github.com/traefik/traefik/pull/12831).
   */
  authorityInCluster: boolean;
}

/** The call that proves the ingress endpoint. */
export function ingressEndpointCall({ host, controller, issuer }: IngressEndpoint): IngressEndpointCall {
  return {
    url: `https://${host}`,
    connectTo: ingressService(controller),
    authorityInCluster: issuer === "self-signed" || issuer === "own-ca",
  };
}
