import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kit } from "../../../kit/kit";
import { KitBucket } from "../../../kit/kitBucket";
import { certificatesOf, fitOf, kitFacts } from "../../../kit/kitFacts";
import { sealedKit } from "../../../kit/recoveryKit";
import { identityText, newIdentity } from "../../../kit/vaultIdentity";
import { recoveryKitKey, vaultIdentityKey } from "../../../plan/configObjects";
import { read } from "../../../plan/status/facts";
import { withVariable } from "../../support/variable";
import { accountSample, authoritySample, tlsSecret } from "../plan/savedSecretSamples";
import { type StorageDouble, storageDouble } from "./storageDouble";

const at = { endpoint: "https://s3.example.com", bucket: "backups" };
const address = "https://s3.example.com/backups";
const values = { repositoryCipherPass: "of the repository" };
const identity = newIdentity(values.repositoryCipherPass);
const vault = { id: identity.id, address, region: "eu", authority: "", keys: {} };
const kit: Kit = { generation: 3, writtenAt: "2026-01-03T00:00:00Z", values, vault };

describe("a kit that is held to its vault", () => {
  let storage: StorageDouble;
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");
  beforeEach(() => {
    storage = storageDouble();
    storage.put(vaultIdentityKey, identityText(identity));
    storage.put(recoveryKitKey, sealedKit(kit));
  });
  const fit = (mine: Kit) => fitOf("mine.kit", mine, new KitBucket(storage, at));

  it("is the newest", async () => {
    assert.deepEqual(await fit(kit), { fit: read([]) });
  });

  it("is out of date", async () => {
    const { problem } = await fit({ ...kit, generation: 2, writtenAt: "2026-01-02T00:00:00Z" });
    assert.equal(problem?.fault, "old");
    assert.match(problem.reason, /^it is an old one, number 2/);
  });

  it("is newer than that of the vault, which is said", async () => {
    const { fit: found, problem } = await fit({ ...kit, generation: 4 });
    assert.equal(problem, undefined);
    assert.match(found.state === "read" ? found.value.join() : "", /was never stored there/);
  });

  it("is another vault's", async () => {
    const { problem } = await fit({ ...kit, vault: { ...vault, id: "other" } });
    assert.equal(problem?.fault, "another vault");
  });

  it("is the only one", async () => {
    storage = storageDouble();
    storage.put(vaultIdentityKey, identityText(identity));
    assert.equal((await fit(kit)).problem?.fault, "missing");
  });

  it("lies beside a damaged one", async () => {
    storage.put(recoveryKitKey, sealedKit(kit).replace("2026-01-03", "2026-01-04"));
    const { problem } = await fit(kit);
    assert.deepEqual([problem?.fault, problem?.place], ["damaged", `${address}/config/recovery.kit`]);
  });

  it("is not known to fit where the vault does not say which one it is", async () => {
    storage = storageDouble();
    storage.put(recoveryKitKey, sealedKit(kit));
    const { generation, writtenAt } = kit;
    assert.equal((await fit({ generation, writtenAt, values })).fit.state, "unknown");
  });

  it("is not known to fit where the vault does not answer", async () => {
    storage.readText = () => Promise.reject(new Error("no route"));
    const { fit: found } = await fit(kit);
    assert.deepEqual(found.state === "unknown" ? found.why : "", `vault ${address}: no route`);
  });

  it("tells nothing that is a secret", () => {
    const secret = { ...kit, values: { ...values, readerSecretAccessKey: "hidden", savedSecrets: "" } };
    const platform = { stack: "prod", settings: {}, leftOut: [], versions: {} };
    const told = kitFacts("mine.kit", { ...secret, platform }, { fit: read([]) });
    assert.equal(told.stack, "prod");
    assert.doesNotMatch(JSON.stringify(told), /hidden|of the repository/);
  });
});

describe("the certificates in a kit", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "certificates-"));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });
  const made = (name: string, days: number, isAuthority: boolean): string => {
    const [key, certificate] = [join(directory, `${name}.key`), join(directory, `${name}.crt`)];
    const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const basic = `basicConstraints=critical,CA:${isAuthority ? "TRUE" : "FALSE"}`;
    const subject = ["-days", String(days), "-subj", `/CN=${name}`, "-addext", basic];
    execFileSync("openssl", [...kind, ...subject, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    return readFileSync(certificate, "utf8");
  };
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const daysTo = (time: Date | undefined): number =>
    Math.round(((time?.getTime() ?? NaN) - Date.now()) / 86_400_000);

  it("tell their ends: of a chain the leaf's, of several authorities the last one's", () => {
    const [leaf, authority] = [made("leaf", 9, false), made("authority", 90, true)];
    const store = `${made("old", 5, true)}${made("new", 700, true)}`;
    const saved = [
      { ...tlsSecret, data: { "tls.crt": base64(`${leaf}${authority}`) } },
      { ...authoritySample, data: { "tls.crt": base64(authority) } },
      accountSample,
    ];
    const { certificates, unreadable } = certificatesOf({
      ...kit,
      values: { savedSecrets: JSON.stringify(saved), s3CaCertificate: store },
    });
    assert.deepEqual(unreadable, []);
    assert.deepEqual(
      certificates.map(({ name, kind, validTo }) => [name, kind, daysTo(validTo)]),
      [
        ["lstm-pfd/lstm-pfd-tls", "leaf", 9],
        ["cert-manager/lstm-pfd-ca", "authority", 90],
        ["s3CaCertificate", "authority of the object store", 700],
      ],
    );
  });

  it("are named where they cannot be understood", () => {
    const { certificates, unreadable } = certificatesOf({
      ...kit,
      values: { savedSecrets: JSON.stringify([tlsSecret]), s3CaCertificate: "none" },
    });
    assert.deepEqual(certificates, []);
    assert.deepEqual(unreadable, ["lstm-pfd/lstm-pfd-tls: it holds none", "s3CaCertificate: it holds none"]);
  });
});
