import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKit, writeKit } from "../../../kit/recoveryKit";
import { saveCertificates } from "../../../kit/saveCertificates";
import { parseSavedSecrets } from "../../../plan/savedSecrets";
import { withVariable } from "../../support/variable";
import { authoritySample, tlsSecret } from "../plan/savedSecretSamples";

describe("certificates of a platform", () => {
  let directory = "";
  let path = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kit-"));
    path = join(directory, "test.kit");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");

  it("are saved into the kit, beside what it holds", () => {
    writeKit(path, { dbPassword: "of the database" });
    assert.deepEqual(saveCertificates(path, [tlsSecret, authoritySample]), [
      "cert-manager/lstm-pfd-ca",
      "lstm-pfd/lstm-pfd-tls",
    ]);
    const { dbPassword, savedSecrets = "" } = readKit(path);
    assert.equal(dbPassword, "of the database");
    assert.deepEqual(parseSavedSecrets(savedSecrets), [authoritySample, tlsSecret]);
  });

  it("leave a kit as it is that has them, also when the cluster has them no longer", () => {
    writeKit(path, { dbPassword: "of the database" });
    saveCertificates(path, [tlsSecret]);
    const sealed = readFileSync(path, "utf8");
    assert.deepEqual(saveCertificates(path, [tlsSecret]), ["lstm-pfd/lstm-pfd-tls"]);
    assert.deepEqual(saveCertificates(path, []), ["lstm-pfd/lstm-pfd-tls"]);
    assert.equal(readFileSync(path, "utf8"), sealed);
  });

  it("begin no kit", () => {
    assert.deepEqual(saveCertificates(path, [tlsSecret]), []);
    assert.equal(existsSync(path), false);
  });

  it("leave a kit alone where there are none", () => {
    writeKit(path, { dbPassword: "of the database" });
    assert.deepEqual(saveCertificates(path, []), []);
    assert.deepEqual(readKit(path), { dbPassword: "of the database" });
  });
});
