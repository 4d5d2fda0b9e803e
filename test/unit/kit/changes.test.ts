import assert from "node:assert/strict";
import { certificatesIn, withCertificates, withPlatform, withVaultValues } from "../../../kit/changes";
import { emptyKit, type Kit, saysTheSame } from "../../../kit/kit";
import { parseSavedSecrets, savedSecretsText } from "../../../plan/savedSecrets";
import { authoritySample, tlsSecret } from "../plan/savedSecretSamples";

const kit: Kit = { ...emptyKit, values: { dbPassword: "of the database" } };

describe("certificates of a platform", () => {
  it("come into the kit, beside what it holds", () => {
    const changed = withCertificates(kit, [tlsSecret, authoritySample]);
    assert.deepEqual(certificatesIn(changed), ["cert-manager/lstm-pfd-ca", "lstm-pfd/lstm-pfd-tls"]);
    assert.equal(changed.values.dbPassword, "of the database");
    assert.deepEqual(parseSavedSecrets(changed.values.savedSecrets ?? ""), [authoritySample, tlsSecret]);
  });

  it("stay in it when the cluster has them no longer", () => {
    const changed = withCertificates(kit, [tlsSecret]);
    assert.ok(saysTheSame(withCertificates(changed, []), changed));
    assert.ok(saysTheSame(withCertificates(changed, [tlsSecret]), changed));
  });

  it("leave it alone where there are none", () => {
    assert.deepEqual(withCertificates(kit, []), kit);
  });
});

describe("what a vault tells", () => {
  const ofFirst = { repositoryCipherPass: "of the first", bucket: "first" };

  it("replaces what the kit held of it, and keeps what was saved of a platform", () => {
    const savedSecrets = savedSecretsText([tlsSecret]);
    const before = withPlatform(
      { ...kit, values: { ...ofFirst, jwtSecret: "former", savedSecrets } },
      { stack: "prod", settings: { host: "a.example.com" }, leftOut: [], versions: {} },
    );
    const { values, platform } = withVaultValues(before, { ...ofFirst, bucket: "moved" }, "a.kit");
    assert.deepEqual(values, { ...ofFirst, bucket: "moved", savedSecrets });
    assert.equal(platform?.stack, "prod");
  });

  for (const ofVault of [{ repositoryCipherPass: "of the second" }, { bucket: "first" }])
    it(`is refused where the kit is another vault's: ${JSON.stringify(ofVault)}`, () => {
      assert.throws(() => withVaultValues({ ...kit, values: ofFirst }, ofVault, "a.kit"), {
        name: "RecoveryKitError",
        fault: "another vault",
        message:
          "recovery kit a.kit: it is the kit of another vault, whose repository has another passphrase, and was left as it is; give another path for the kit of this vault",
      });
    });
});

describe("a kit", () => {
  it("says the same as one that was written at another time", () => {
    assert.ok(saysTheSame(kit, { ...kit, generation: 7, writtenAt: "2026-01-01T00:00:00Z" }));
    assert.ok(!saysTheSame(kit, { ...kit, values: {} }));
  });
});
