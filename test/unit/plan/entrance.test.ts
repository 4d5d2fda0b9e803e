import assert from "node:assert/strict";
import { entranceCall, entranceValues } from "../../../plan/entrance";

describe("the way in", () => {
  const host = "lstm-pfd.example.com";

  it("is an Ingress with a certificate by the issuer", () => {
    assert.deepEqual(entranceValues({ host }).ingress, {
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

  for (const [controller, issuer, certificateSaved, connectTo, authorityInCluster] of [
    ["traefik", "self-signed", false, "traefik.ingress.svc", true],
    ["traefik", "own-ca", false, "traefik.ingress.svc", true],
    ["ingress-nginx", "acme-staging", true, "ingress-nginx-controller.ingress.svc", false],
    ["ingress-nginx", "acme-production", true, "ingress-nginx-controller.ingress.svc", false],
  ] as const)
    it(`is called through ${controller} with a certificate by ${issuer}`, () => {
      assert.deepEqual(entranceCall({ host, controller, issuer, certificateSaved }), {
        url: `https://${host}`,
        connectTo,
        authorityInCluster,
      });
    });

  for (const issuer of ["acme-staging", "acme-production"] as const)
    it(`cannot be called before ${issuer} has issued the first certificate`, () => {
      assert.equal(entranceCall({ host, controller: "traefik", issuer, certificateSaved: false }), undefined);
    });
});
