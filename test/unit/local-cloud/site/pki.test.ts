import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeconfigOf } from "../../../../local-cloud/site/kubeconfig";
import { certificatePlan, ensurePki } from "../../../../local-cloud/site/pki";
import { parse } from "yaml";

describe("keys and certificates of a site", () => {
  let directory: string;
  let pki: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "pki-"));
    pki = join(directory, "pki");
    // A call that was killed has left this.
    mkdirSync(`${pki}.unfinished`);
    writeFileSync(join(`${pki}.unfinished`, "ca.crt"), "half");
    await ensurePki(pki, "site-a");
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const certificate = (name: string): X509Certificate =>
    new X509Certificate(readFileSync(join(pki, `${name}.crt`)));

  for (const planned of certificatePlan("site-a")) {
    it(`hold ${planned.name}, signed by ${planned.authority ?? "itself"}`, () => {
      const made = certificate(planned.name);
      const authority = certificate(planned.authority ?? planned.name);
      assert.ok(made.checkIssued(authority));
      assert.ok(made.verify(authority.publicKey));
      assert.equal(made.ca, planned.authority === undefined);
      assert.match(made.subject, new RegExp(`CN=${planned.commonName}$`));
      if (planned.organization) assert.match(made.subject, new RegExp(`O=${planned.organization}`));
      assert.ok(Date.parse(made.validTo) > Date.now() + 3600 * 24 * 365 * 1000);
      if (planned.usage === undefined) return;
      const usages = { server: ["1.3.6.1.5.5.7.3.1"], client: ["1.3.6.1.5.5.7.3.2"] };
      const both = [...usages.server, ...usages.client];
      assert.deepEqual(made.keyUsage, { ...usages, both }[planned.usage]);
    });
  }

  it("let the API server be called from the host and from pods", () => {
    const server = certificate("apiserver");
    for (const host of ["localhost", "kubernetes.default.svc.cluster.local"])
      assert.ok(server.checkHost(host));
    for (const address of ["127.0.0.1", "10.96.0.1", "10.241.0.1"]) assert.ok(server.checkIP(address));
  });

  it("are for root alone, and made once", async () => {
    for (const file of readdirSync(pki)) assert.equal(statSync(join(pki, file)).mode & 0o777, 0o600);
    const serial = certificate("ca").serialNumber;
    await ensurePki(pki, "site-a");
    assert.equal(certificate("ca").serialNumber, serial);
    assert.deepEqual(readdirSync(directory), ["pki"]);
  });

  it("make a kubeconfig that needs no other file", () => {
    const text = kubeconfigOf(pki, "admin", "site-a", "https://127.0.0.1:16443");
    const config = parse(text) as {
      clusters: { cluster: { server: string } }[];
      users: { user: Record<string, string> }[];
      "current-context": string;
    };
    assert.equal(config["current-context"], "site-a");
    assert.equal(config.clusters[0]?.cluster.server, "https://127.0.0.1:16443");
    const key = Buffer.from(config.users[0]?.user["client-key-data"] ?? "", "base64").toString();
    assert.equal(key, readFileSync(join(pki, "admin.key"), "utf8"));
  });
});
