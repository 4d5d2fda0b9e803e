import assert from "node:assert/strict";
import { CertManager, type CertManagerArgs } from "../../../components/certManager";
import { certManagerChart } from "../../../plan/certManager";
import { savedSecretsText } from "../../../plan/savedSecrets";
import { accountSample, authoritySample, tlsSecret } from "../plan/savedSecretSamples";
import { optionsOfOne, recordRegistrations } from "./aws/recordRegistrations";
import { refuses } from "./aws/refusal";
import { only } from "./recordResources";
import { accountSecret } from "../../../plan/names";

const acme: CertManagerArgs = {
  chart: certManagerChart,
  issuer: { kind: "acme-production", email: "operations@example.com" },
  operationsImage: "registry.example.com/operations:1",
};
const authority = { certificate: "certificate", key: "key" };

const release = "kubernetes:helm.sh/v3:Release";
const secret = "kubernetes:core/v1:Secret";
const clusterIssuer = "kubernetes:cert-manager.io/v1:ClusterIssuer";
const certificate = "kubernetes:cert-manager.io/v1:Certificate";

function build(args: CertManagerArgs) {
  return recordRegistrations(() => {
    new CertManager("cert-manager", args);
  });
}

describe("CertManager", () => {
  it("is a release that is done when its webhook has answered", async () => {
    const { resources } = await build(acme);
    const inputs = only(resources, release, "cert-manager");
    assert.deepEqual(
      [inputs["chart"], inputs["version"], inputs["skipAwait"], inputs["disableWebhooks"]],
      [certManagerChart.chart, certManagerChart.version, false, false],
    );
    const { startupapicheck, crds } = inputs["values"] as Record<string, unknown>;
    assert.deepEqual(startupapicheck, {
      enabled: true,
      timeout: "5m",
      extraArgs: ["--interval=1s"],
    });
    assert.deepEqual(crds, { enabled: true, keep: true });
  });

  for (const issuer of [acme.issuer, { kind: "own-ca" }, { kind: "self-signed" }] as const)
    it(`lets nothing of ${issuer.kind} reach the webhook before that`, async () => {
      const made = await build({ ...acme, issuer, ...(issuer.kind === "own-ca" ? { authority } : {}) });
      const checked = made.options.filter(({ type }) => type.includes(":cert-manager.io/"));
      assert.ok(checked.length > 0);
      for (const { type, name, waitsFor } of checked) {
        const waits = (urns: string[]): boolean =>
          urns.some(
            (urn) =>
              urn.includes(release) ||
              waits(made.options.find((each) => urn.endsWith(`${each.type}::${each.name}`))?.waitsFor ?? []),
          );
        assert.ok(waits(waitsFor), `${type} ${name}`);
      }
    });

  it("signs by Let's Encrypt, with the account and the directory of the kind", async () => {
    const spec = async (kind: "acme-production" | "acme-staging") => {
      const { resources } = await build({ ...acme, issuer: { kind, email: "operations@example.com" } });
      return only(resources, clusterIssuer, "cert-manager")["spec"];
    };
    const expected = (server: string, account: string) => ({
      acme: {
        email: "operations@example.com",
        server,
        privateKeySecretRef: { name: account },
        solvers: [{ http01: { ingress: { ingressClassName: "nginx" } } }],
      },
    });
    assert.deepEqual(
      await spec("acme-production"),
      expected("https://acme-v02.api.letsencrypt.org/directory", "lstm-pfd-acme-production-account"),
    );
    assert.deepEqual(
      await spec("acme-staging"),
      expected("https://acme-staging-v02.api.letsencrypt.org/directory", "lstm-pfd-acme-staging-account"),
    );
  });

  it("signs with the authority of the recovery kit, whose key is a secret", async () => {
    const { resources } = await build({ ...acme, issuer: { kind: "own-ca" }, authority });
    assert.deepEqual(only(resources, clusterIssuer, "cert-manager")["spec"], {
      ca: { secretName: "lstm-pfd-ca" },
    });
    const { metadata, stringData } = only(resources, secret, "cert-manager-authority");
    assert.deepEqual(metadata, { name: "lstm-pfd-ca", namespace: "cert-manager" });
    assert.match(JSON.stringify(stringData), /^\{"4dabf18193072939515e22adb298388d"/);
  });

  it("signs with an authority of its own", async () => {
    const { resources } = await build({ ...acme, issuer: { kind: "self-signed" } });
    const { spec } = only(resources, certificate, "cert-manager-authority") as {
      spec: { isCA: boolean; secretName: string; issuerRef: { name: string } };
    };
    assert.deepEqual(
      [spec.isCA, spec.secretName, spec.issuerRef.name],
      [true, "lstm-pfd-ca", "lstm-pfd-root"],
    );
    assert.deepEqual(only(resources, clusterIssuer, "cert-manager-root")["spec"], { selfSigned: {} });
    assert.deepEqual(only(resources, clusterIssuer, "cert-manager")["spec"], {
      ca: { secretName: "lstm-pfd-ca" },
    });
  });

  const savedSecrets = [
    accountSample,
    { ...accountSample, name: accountSecret("acme-staging") },
    authoritySample,
    tlsSecret,
  ];
  const restored = [
    { issuer: acme.issuer, secret: accountSample, issuers: ["cert-manager"] },
    {
      issuer: { kind: "self-signed" },
      secret: authoritySample,
      issuers: ["cert-manager", "cert-manager-root"],
    },
  ] as const;
  for (const { issuer, secret: expected, issuers } of restored)
    it(`puts back what ${issuer.kind} has of an earlier cluster, and nothing else, before it is asked for`, async () => {
      const made = await build({ ...acme, issuer, savedSecrets });
      const { data } = only(made.resources, secret, "cert-manager-saved-secrets");
      const [encoded = ""] = Object.values((data as { value: Record<string, string> }).value);
      assert.equal(Buffer.from(encoded, "base64").toString(), savedSecretsText([expected]));
      for (const name of issuers)
        assert.ok(
          optionsOfOne(made, clusterIssuer, name).waitsFor.some((urn) =>
            urn.endsWith("kubernetes:batch/v1:Job::cert-manager-saved-secrets"),
          ),
          name,
        );
      const job = optionsOfOne(made, "kubernetes:batch/v1:Job", "cert-manager-saved-secrets");
      assert.ok(!job.waitsFor.some((urn) => urn.includes(release)));
    });

  for (const [what, args] of [
    ["nothing is saved", acme],
    ["the authority is configuration", { ...acme, issuer: { kind: "own-ca" }, authority, savedSecrets }],
    ["what is saved is of another namespace", { ...acme, savedSecrets: [tlsSecret] }],
  ] satisfies [string, CertManagerArgs][])
    it(`puts nothing back where ${what}`, async () => {
      const { resources } = await build(args);
      assert.ok(!resources.some(({ type }) => type.endsWith(":Job")));
    });

  it("installs an older chart with the values that it knows, and other images than the chart's", async () => {
    const { resources } = await build({
      ...acme,
      chart: { chart: "charts/cert-manager" },
      version: "v1.11.5",
      issuer: { kind: "self-signed" },
      images: {
        controller: "mirror.example.com:5000/controller:v1",
        webhook: "mirror.example.com:5000/webhook:v2",
        cainjector: "mirror.example.com:5000/cainjector:v3",
        startupapicheck: "mirror.example.com:5000/ctl:v4",
      },
    });
    const { values, chart } = only(resources, release, "cert-manager") as {
      chart: string;
      values: Record<string, unknown>;
    };
    assert.equal(chart, "charts/cert-manager");
    assert.equal(values["installCRDs"], true);
    assert.equal("crds" in values, false);
    const imageIn = (part: unknown): unknown => (part as { image: unknown }).image;
    assert.deepEqual(
      [values, values["webhook"], values["cainjector"], values["startupapicheck"]].map(imageIn),
      [
        { repository: "mirror.example.com:5000/controller", tag: "v1" },
        { repository: "mirror.example.com:5000/webhook", tag: "v2" },
        { repository: "mirror.example.com:5000/cainjector", tag: "v3" },
        { repository: "mirror.example.com:5000/ctl", tag: "v4" },
      ],
    );
  });

  for (const [changes, message] of [
    [
      { chart: { chart: "oci://registry.example.com/cert-manager" } },
      "chart.version is empty: must be an exact version, as in 1.2.3",
    ],
    [
      { chart: { chart: "charts/cert-manager" } },
      'cert-manager version is "": must be an exact version 1.x, as in v1.21.0',
    ],
    [{ replicas: 0 }, 'replicas is "0": must be a whole number from 1 to 50'],
    [
      { issuer: { kind: "acme-staging", email: "nobody" } },
      `issuer.email is "nobody": must be an e-mail address; Let's Encrypt asks for it`,
    ],
    [
      { issuer: { kind: "own-ca" } },
      'authority is not set: issuer "own-ca" signs with the one of the recovery kit',
    ],
    [{ authority }, 'authority is set: only issuer "own-ca" uses it, and issuer is "acme-production"'],
  ] satisfies [Partial<CertManagerArgs>, string][])
    it(`refuses: ${message}`, () =>
      refuses(() => new CertManager("cert-manager", { ...acme, ...changes }), message));
});
