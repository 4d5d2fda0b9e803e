import assert from "node:assert/strict";
import { ingressEndpointCall, ingressEndpointValues } from "../../../plan/ingressEndpoint";

describe("ingress endpoint", () => {
  const host = "lstm-pfd.example.com";

  it("is an Ingress with a certificate by the issuer", () => {
    assert.deepEqual(ingressEndpointValues({ host }).ingress, {
      enabled: true,
      host,
      className: "nginx",
      tlsSecretName: "lstm-pfd-tls",
      annotations: {
        "cert-manager.io/cluster-issuer": "lstm-pfd",
        "nginx.ingress.kubernetes.io/proxy-body-size": "16m",
      },
    });
  });

  for (const [controller, issuer, connectTo, authorityInCluster] of [
    ["traefik", "self-signed", "traefik.ingress.svc", true],
    ["traefik", "own-ca", "traefik.ingress.svc", true],
    ["ingress-nginx", "acme-staging", "ingress-nginx-controller.ingress.svc", false],
    ["ingress-nginx", "acme-production", "ingress-nginx-controller.ingress.svc", false],
  ] as const)
    it(`is called through ${controller} with a certificate by ${issuer}`, () => {
      assert.deepEqual(ingressEndpointCall({ host, controller, issuer }), {
        url: `https://${host}`,
        connectTo,
        authorityInCluster,
      });
    });
});
