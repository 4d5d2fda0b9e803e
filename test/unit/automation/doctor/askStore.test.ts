import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { askApi, wayIn } from "../../../../automation/doctor/askApi";
import { askDisks, askNames } from "../../../../automation/doctor/askHost";
import { askStore } from "../../../../automation/doctor/askStore";
import { type FakeApiServer, startFakeApiServer } from "../../jobs/fakeApiServer";

describe("doctor: asking servers", () => {
  let server: FakeApiServer;
  let endpoint = "";
  let authority = "";
  before(async () => {
    server = await startFakeApiServer();
    server.answer = () => ({ status: 403, body: {} });
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = server.environment;
    endpoint = `https://${host}:${port}`;
    authority = readFileSync(join(server.account, "ca.crt"), "utf8");
  });
  after(() => server.close());

  it("tells clock, certificate and trust of a store that answers, whatever it answers", async () => {
    const answer = await askStore({ endpoint, authority });
    assert.equal(answer.failed, undefined);
    assert.equal(answer.untrusted, undefined);
    assert.ok(answer.askedAt !== undefined && answer.storeTime !== undefined);
    assert.ok(Math.abs(answer.askedAt.getTime() - answer.storeTime.getTime()) < 20_000);
    assert.match(answer.certificate?.issuer ?? "", /CN=api/);
    assert.ok((answer.certificate?.validTo.getTime() ?? 0) > Date.now());
  });

  it("tells that it does not trust a store, and all else of it", async () => {
    const answer = await askStore({ endpoint, authority: "" });
    assert.match(answer.untrusted ?? "", /SELF_SIGNED|UNABLE_TO/);
    assert.match(answer.certificate?.issuer ?? "", /CN=api/);
  });

  it("tells why a store does not answer", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { failed } = await askStore({ endpoint: `https://127.0.0.1:${port}`, authority: "" });
    assert.match(failed ?? "", /^ECONNREFUSED/);
  });

  const kubeconfig = (context: string): string => `
current-context: ${context}
contexts:
  - { name: a, context: { cluster: a, user: a } }
  - { name: b, context: { cluster: b, user: b } }
clusters:
  - { name: a, cluster: { server: "https://a:6443" } }
  - { name: b, cluster: { server: "${endpoint}" } }
users:
  - { name: a, user: { token: t } }
  - { name: b, user: { client-certificate-data: "${Buffer.from(authority).toString("base64")}" } }
`;

  it("reads the context of a kubeconfig that is in force", () => {
    assert.deepEqual(wayIn(kubeconfig("a")), { server: "https://a:6443" });
    const { server: url, client } = wayIn(kubeconfig("b"));
    assert.equal(url, endpoint);
    assert.match(client?.issuer ?? "", /CN=api/);
    assert.deepEqual(wayIn(""), { server: "" });
  });

  it("tells whether an API server answers, and its certificate in any case", async () => {
    const answer = await askApi({ call: () => Promise.resolve("ok") }, kubeconfig("b"));
    assert.equal(answer.failed, undefined);
    assert.match(answer.certificate?.issuer ?? "", /CN=api/);
    const refused = await askApi(
      { call: () => Promise.reject(new Error("kubectl get: Unauthorized")) },
      kubeconfig("b"),
    );
    assert.equal(refused.failed, "kubectl get: Unauthorized");
    assert.match(refused.certificate?.issuer ?? "", /CN=api/);
  });

  it("does not take a missing kubectl for a cluster that does not answer", async () => {
    const missing = Object.assign(new Error("spawn kubectl ENOENT"), { code: "ENOENT" });
    await assert.rejects(
      askApi({ call: () => Promise.reject(missing) }, kubeconfig("b")),
      /there is no kubectl on the path/,
    );
  });
});

describe("doctor: asking this machine", () => {
  it("names each file system once, also of what is not there yet", async () => {
    const disks = await askDisks([
      { path: __dirname, holds: "the tests" },
      { path: join(__dirname, "not/there"), holds: "nothing yet" },
    ]);
    assert.equal(disks.length, 1);
    const [disk] = disks;
    assert.equal(disk?.holds, "the tests, nothing yet");
    assert.ok(disk.totalBytes >= disk.freeBytes);
  });

  it("tells which names are not found", async () => {
    const find = (name: string): Promise<void> =>
      name === "there"
        ? Promise.resolve()
        : Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    assert.deepEqual(
      await askNames(
        [
          { name: "there", of: "object store" },
          { name: "gone", of: "application" },
        ],
        find,
      ),
      [
        { name: "there", of: "object store" },
        { name: "gone", of: "application", failed: "ENOTFOUND" },
      ],
    );
  });
});
