import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkHealth } from "../../../../jobs/verification/application";
import { checkCertificate, targetOf } from "../../../../jobs/verification/target";

const HOST = "lstm-pfd.example.com";

describe("where the application is called", () => {
  const addresses: [string, string, object][] = [
    [
      "http://dashboard:8050",
      "",
      {
        tls: false,
        host: "dashboard:8050",
        servername: "dashboard",
        connectTo: "dashboard",
        port: 8050,
      },
    ],
    [
      "http://dashboard",
      "",
      { tls: false, host: "dashboard", servername: "dashboard", connectTo: "dashboard", port: 80 },
    ],
    [
      `https://${HOST}`,
      "traefik.ingress.svc",
      { tls: true, host: HOST, servername: HOST, connectTo: "traefik.ingress.svc", port: 443 },
    ],
  ];
  for (const [url, connectTo, expected] of addresses)
    it(`is ${url}${connectTo === "" ? "" : ` by way of ${connectTo}`}`, () => {
      const { authority, ...address } = targetOf(url, connectTo, "");
      assert.deepEqual(address, expected);
      assert.equal(authority(), undefined);
    });

  it("says that there is no certificate where its authority is missing", () => {
    assert.throws(
      () => targetOf(`https://${HOST}`, "", "/nonexistent/ca.crt").authority(),
      new Error("/nonexistent/ca.crt is not there: cert-manager has not issued the certificate"),
    );
  });

  describe("over TLS", () => {
    let directory: string;
    let server: Server;
    let port: number;
    let askedFor: (string | undefined)[];

    before(async () => {
      directory = mkdtempSync(join(tmpdir(), "target-"));
      makeCertificate("ours", HOST);
      makeCertificate("other", HOST);
      const [key, cert] = ["key", "crt"].map((kind) => readFileSync(join(directory, `ours.${kind}`)));
      server = createServer({ key, cert }, (request, response) => {
        askedFor.push(request.headers.host);
        response.end("{}");
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      port = (server.address() as AddressInfo).port;
    });
    beforeEach(() => (askedFor = []));
    after(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(directory, { recursive: true });
    });

    function makeCertificate(name: string, host: string): void {
      const [key, certificate] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
      const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      const subject = ["-days", "2", "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${host}`];
      execFileSync("openssl", [...kind, ...subject, "-keyout", key, "-out", certificate], {
        stdio: "ignore",
      });
    }
    const target = (host: string, authority: string) =>
      targetOf(
        `https://${host}:${port}`,
        "127.0.0.1",
        authority === "" ? "" : join(directory, `${authority}.crt`),
      );

    it("goes to one place and asks for another, which the certificate is for", async () => {
      await checkHealth(target(HOST, "ours"));
      assert.deepEqual(askedFor, [`${HOST}:${port}`]);
      const certificate = await checkCertificate(target(HOST, "ours"));
      assert.match(certificate.serialNumber, /^[0-9A-F]+$/);
      assert.equal(certificate.issuer, "ours");
      assert.ok(new Date(certificate.validTo) > new Date());
    });

    for (const [what, host, authority, message] of [
      ["another authority", HOST, "other", /self-signed certificate|unable to verify/],
      ["another host", "else.example.com", "ours", /does not match certificate's altnames/],
    ] as const)
      it(`refuses a certificate of ${what}`, async () => {
        await assert.rejects(checkCertificate(target(host, authority)), message);
        await assert.rejects(checkHealth(target(host, authority)), message);
        assert.deepEqual(askedFor, []);
      });

    it("takes any certificate where no authority can be known yet", async () => {
      await checkHealth(target(HOST, ""));
      assert.equal((await checkCertificate(target(HOST, ""))).issuer, "ours");
    });
  });
});
