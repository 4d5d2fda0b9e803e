import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passphrase } from "../../../kit/passphrase";
import type { Kit } from "../../../kit/kit";
import {
  aboutKit,
  changeKit,
  openKit,
  readKit,
  readKitFile,
  sealedKit,
  writeKit,
} from "../../../kit/recoveryKit";
import { seal, type Sealed, unseal } from "../../../kit/seal";
import { withKit } from "../../../kit/withKit";
import { withVariable } from "../../support/variable";
import { oldKitText } from "./oldKit";

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

  it("counts its changes, and says without the passphrase which one it is, and of which vault", () => {
    const place = { id: "5ad1", address: "s3://backups", region: "eu", authority: "", keys: {} };
    const platform = {
      stack: "prod",
      settings: { host: "a" },
      leftOut: ["dbPassword"],
      versions: { project: "1" },
    };
    const at = (second: number): Date => new Date(`2026-01-01T00:00:0${second}Z`);
    const whole = (before: Kit): Kit => ({ ...before, values: kit, vault: place, platform });
    assert.equal(changeKit(path, (before) => ({ ...before, values: kit }), at(1)).generation, 1);
    changeKit(path, whole, at(2));
    changeKit(path, whole, at(3));
    assert.deepEqual(readKitFile(path), {
      generation: 2,
      writtenAt: "2026-01-01T00:00:02.000Z",
      values: kit,
      vault: place,
      platform,
    });
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    assert.deepEqual(aboutKit(path, readFileSync(path, "utf8")), {
      vault: "5ad1",
      generation: 2,
      writtenAt: "2026-01-01T00:00:02.000Z",
    });
  });

  it("of before version 2 gives its values, says nothing of itself, and becomes one of today by its first change", () => {
    const file = join(directory, "old.kit");
    writeFileSync(file, oldKitText(kit, "right"));
    assert.deepEqual(readKitFile(file), { generation: 0, writtenAt: "", values: kit });
    assert.equal(aboutKit(file, readFileSync(file, "utf8")), undefined);
    changeKit(file, (before) => before);
    assert.equal(aboutKit(file, readFileSync(file, "utf8")), undefined);
    changeKit(file, (before) => ({ ...before, values: { ...before.values, bucket: "moved" } }));
    assert.equal(aboutKit(file, readFileSync(file, "utf8"))?.generation, 1);
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong";
    assert.throws(() => openKit("old.kit", oldKitText(kit, "right")), {
      fault: "passphrase",
      message:
        /wrong passphrase: .* does not open it, or it is damaged, which a kit from before version 2 does/,
    });
  });

  // Each letter of it, changed or cut off: whoever reads it learns that it is damaged, and not that the passphrase is wrong.
  it("is told to be damaged wherever that is, and to be sealed with another passphrase only when it is whole", () => {
    const text = sealedKit({ generation: 3, writtenAt: "2026", values: kit });
    const faults = new Map<string, number>();
    for (let at = 0; at < text.length - 1; at += 7) {
      const letter = text[at] === "A" ? "B" : "A";
      for (const broken of [`${text.slice(0, at)}${letter}${text.slice(at + 1)}`, text.slice(0, at)])
        try {
          openKit("a.kit", broken);
          assert.fail(`it opened with a fault at ${at}`);
        } catch (error) {
          const { fault = String(error) } = error as { fault?: string };
          faults.set(fault, (faults.get(fault) ?? 0) + 1);
        }
    }
    assert.deepEqual([...faults.keys()].sort(), ["damaged"]);
  });

  for (const [what, content, message] of [
    ["missing", undefined, /cannot be read \(ENOENT\)/],
    ["no JSON", "kit", /it is damaged/],
    [
      "of no known format",
      '{"format":3,"salt":"","nonce":"","tag":"","text":""}',
      /format 3, which this version/,
    ],
    ["of unknown keys", oldKitText({ oldKey: "x" }, "right"), /holds "oldKey"/],
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

/** As the seal makes it: whoever changes a kit on purpose can do it too. */
function checksumOf({ about, salt, nonce, tag, text }: Omit<Sealed, "sha256">): string {
  const told = JSON.stringify([about.vault, about.generation, about.writtenAt]);
  return createHash("sha256").update([told, salt, nonce, tag, text].join("\n")).digest("hex");
}

describe("seal", () => {
  it("notices every change", () => {
    const about = { vault: "v", generation: 1, writtenAt: "t" };
    const sealed = seal("text", "right", about);
    assert.equal(unseal(sealed, "right"), "text");
    assert.throws(() => unseal(sealed, "wrong"), { fault: "another passphrase" });
    const other = seal("text", "right", { ...about, generation: 2 });
    assert.notEqual(sealed.text, other.text);
    for (const part of ["nonce", "tag", "text", "about", "sha256"] as const)
      assert.throws(() => unseal({ ...sealed, [part]: other[part] }, "right"), { fault: "damaged" });
    // What it says of itself is sealed as well: no new checksum makes up for a change.
    const lie = { ...sealed, about: other.about };
    assert.throws(() => unseal({ ...lie, sha256: checksumOf(lie) }, "right"), {
      fault: "another passphrase",
    });
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
