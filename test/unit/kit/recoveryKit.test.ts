import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passphrase } from "../../../kit/passphrase";
import { readKit, writeKit, writeVaultKit } from "../../../kit/recoveryKit";
import { seal, unseal } from "../../../kit/seal";
import { withKit } from "../../../kit/withKit";
import { savedSecretsText } from "../../../plan/savedSecrets";
import { withVariable } from "../../support/variable";
import { tlsSecret } from "../plan/savedSecretSamples";

const kit = { dbPassword: "of the database", bucket: "backups" };

describe("recovery kit", () => {
  let directory = "";
  let path = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "kit-"));
    path = join(directory, "deeper", "test.kit");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("PULUMI_CONFIG_PASSPHRASE", () => "right");

  it("opens with its passphrase, and shows nothing without", () => {
    writeKit(path, kit);
    assert.deepEqual(readKit(path), kit);
    assert.doesNotMatch(readFileSync(path, "utf8"), /database|backups/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is refused with another passphrase", () => {
    writeKit(path, kit);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    assert.throws(() => readKit(path), {
      message: `recovery kit ${path}: wrong passphrase: the one from PULUMI_CONFIG_PASSPHRASE does not open it; give the passphrase that the kit was written with`,
    });
  });

  it("is not written over with another passphrase", () => {
    writeKit(path, kit);
    const sealed = readFileSync(path, "utf8");
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    assert.throws(() => {
      writeKit(path, { ...kit, bucket: "others" });
    }, /wrong passphrase/);
    assert.equal(readFileSync(path, "utf8"), sealed);
  });

  it("stays as it is when it says the same already", () => {
    writeKit(path, kit);
    const sealed = readFileSync(path, "utf8");
    writeKit(path, { bucket: "backups", dbPassword: "of the database" });
    assert.equal(readFileSync(path, "utf8"), sealed);
  });

  it("keeps what was saved of a platform when the vault tells its part anew", () => {
    const savedSecrets = savedSecretsText([tlsSecret]);
    writeKit(path, { ...kit, savedSecrets });
    const expected = { dbPassword: "another", savedSecrets };
    assert.deepEqual(writeVaultKit(path, { dbPassword: "another" }), expected);
    assert.deepEqual(readKit(path), expected);
  });

  it("is left as it is when it belongs to another vault", () => {
    writeKit(path, { ...kit, repositoryCipherPass: "of the first" });
    assert.deepEqual(writeVaultKit(path, { bucket: "moved", repositoryCipherPass: "of the first" }), {
      bucket: "moved",
      repositoryCipherPass: "of the first",
    });
    const sealed = readFileSync(path, "utf8");
    for (const ofVault of [{ ...kit, repositoryCipherPass: "of the second" }, kit])
      assert.throws(() => writeVaultKit(path, ofVault), {
        name: "RecoveryKitError",
        message: `recovery kit ${path}: it is the kit of another vault, whose repository has another passphrase, and was left as it is; give another path for the kit of this vault`,
      });
    assert.equal(readFileSync(path, "utf8"), sealed);
  });

  for (const [what, content, message] of [
    ["missing", undefined, /cannot be read \(ENOENT\)/],
    ["no JSON", "kit", /it is damaged/],
    ["of unknown keys", JSON.stringify(seal('{"oldKey":"x"}', "right")), /holds "oldKey"/],
  ] as const)
    it(`is refused when it is ${what}`, () => {
      const file = join(directory, "bad.kit");
      if (content !== undefined) writeFileSync(file, content);
      assert.throws(() => readKit(file), message);
    });

  it("fills the keys that are not set, and those that have their default", () => {
    writeKit(path, kit);
    const own = { "lstm-pfd:recoveryKit": path, "lstm-pfd:bucket": "lstm-pfd-backups" };
    assert.equal(withKit(own)["lstm-pfd:bucket"], "backups");
    assert.equal(withKit(own)["lstm-pfd:dbPassword"], "of the database");
    assert.equal(withKit({ ...own, "lstm-pfd:bucket": "mine" })["lstm-pfd:bucket"], "mine");
  });
});

describe("seal", () => {
  it("notices every change", () => {
    const sealed = seal("text", "right");
    assert.equal(unseal(sealed, "right"), "text");
    const other = seal("text", "right");
    assert.notEqual(sealed.text, other.text);
    for (const part of ["salt", "nonce", "tag", "text"] as const)
      assert.throws(() => unseal({ ...sealed, [part]: other[part] }, "right"), /does not open it/);
  });
});

describe("passphrase", () => {
  for (const [what, environment, expected] of [
    ["comes from the variable", { PULUMI_CONFIG_PASSPHRASE: "p" }, "p"],
    ["is asked for", {}, /there is no passphrase: set PULUMI_CONFIG_PASSPHRASE_FILE/],
    [
      "is refused where it is set, but empty, as Pulumi would take it",
      { PULUMI_CONFIG_PASSPHRASE: "", PULUMI_CONFIG_PASSPHRASE_FILE: "/of/the/operator" },
      /PULUMI_CONFIG_PASSPHRASE is set, but empty, .*: unset it, or give the passphrase/,
    ],
    ["is missing in its place", { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" }, /cannot be read \(ENOENT\)/],
    ["is empty", { PULUMI_CONFIG_PASSPHRASE_FILE: "/dev/null" }, /is empty/],
  ] as const)
    it(what, () => {
      if (typeof expected === "string") assert.equal(passphrase(environment).value, expected);
      else assert.throws(() => passphrase(environment), expected);
    });
});
