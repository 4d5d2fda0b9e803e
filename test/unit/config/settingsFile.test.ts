import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutUnset } from "../../../config/config";
import { readSettings, refuseChanged } from "../../../config/settingsFile";
import { changedByYaml } from "../../../config/yamlScalar";
import { problemsOf } from "./problemsOf";

// What the engine 3.250 makes of each, by "pulumi config get": test/e2e/settings.test.ts asks it.
const changed =
  "0x1F 0X1F -0x10 0b101 0B1 0o17 017 00 08 012345678901 1_000 1__0 0_1 1e3 1E3 1.e3 1.40 12.50 1.0 0.0 5. .5 -0 +5 " +
  "123456789012345678901234567890 1e21 0.0000001 .inf -.Inf +.inf .nan 2026-01-31 2026-1-3 2026-01-31T10:00:00Z " +
  "True TRUE False FALSE ~ null Null NULL";
const kept =
  "1.36 123456789012 12345678901234567890 9007199254740993 20:30 1:30:45 yes no on y true false 0.1 3.14159 -1.5 -12 0 " +
  "0x1G 0x _1 0o8 nan inf TrUe 1e400 1,000 1.2.3 eu-central-1 10.20.0.0/16 0.000001 v1.21.1 2026-13-45";

describe("an unquoted value in YAML", () => {
  for (const text of changed.split(" "))
    it(`is another value than ${text}`, () => {
      assert.equal(changedByYaml(text), true);
    });
  for (const text of kept.split(" "))
    it(`stays ${text}`, () => {
      assert.equal(changedByYaml(text), false);
    });
});

describe("the settings of a stack", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "settings-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const settings = (...lines: string[]) => {
    const path = join(directory, "Pulumi.mine.yaml");
    writeFileSync(path, `config:\n${lines.map((line) => `  ${line}\n`).join("")}`);
    return readSettings(path);
  };
  const problems = (...lines: string[]): readonly string[] => {
    return problemsOf(() => {
      refuseChanged(settings(...lines), "Pulumi.mine.yaml");
    });
  };

  it("are taken as they were written", () => {
    const found = settings(
      'lstm-pfd:awsAccount: "012345678901"',
      "lstm-pfd:databaseSizeGi: 5",
      "lstm-pfd:dbPassword: '0x1F'",
      "aws:region: eu-west-1",
      "lstm-pfd:jwtSecret:",
      "  secure: v1:AAAA",
      "pulumi:tags: { a: b }",
    );
    assert.deepEqual(
      found.map(({ key, text, kind }) => [key, text, kind]),
      [
        ["awsAccount", "012345678901", "plain"],
        ["databaseSizeGi", "5", "plain"],
        ["dbPassword", "0x1F", "plain"],
        ["aws:region", "eu-west-1", "plain"],
        ["jwtSecret", "", "encrypted"],
        ["pulumi:tags", "", "structured"],
      ],
    );
  });

  it("are refused where YAML would change them, with key, file and value, and no value of a secret", () => {
    assert.deepEqual(
      problems(
        "lstm-pfd:awsAccount: 012345678901",
        "lstm-pfd:kubernetesVersion: 1.40",
        "lstm-pfd:dbPassword: 0x1F",
        "lstm-pfd:generation: !!int '7'",
        "lstm-pfd:host:",
      ),
      [
        'lstm-pfd:awsAccount in Pulumi.mine.yaml is 012345678901 without quotes, and YAML makes another value of it: quote it, as in "012345678901"',
        'lstm-pfd:kubernetesVersion in Pulumi.mine.yaml is 1.40 without quotes, and YAML makes another value of it: quote it, as in "1.40"',
        "lstm-pfd:dbPassword in Pulumi.mine.yaml is a secret without quotes, and YAML makes another value of it: quote it",
        'lstm-pfd:generation in Pulumi.mine.yaml is 7 without quotes, and YAML makes another value of it: quote it, as in "7"',
        'lstm-pfd:host in Pulumi.mine.yaml is empty: write "" for an empty value, or leave the line out',
      ],
    );
    assert.deepEqual(problems("lstm-pfd:awsAccount: '012345678901'", "lstm-pfd:kubernetesVersion: 1.36"), []);
  });

  it("are refused where they are no YAML", () => {
    assert.throws(() => settings('lstm-pfd:host: "a'), /Pulumi\.mine\.yaml is not YAML: /);
  });

  it("that plain pulumi has parsed already are looked at by the program", () => {
    writeFileSync(join(directory, "Pulumi.mine.yaml"), "config:\n  lstm-pfd:awsAccount: 012345678901\n");
    assert.throws(
      () => withoutUnset({ "lstm-pfd:awsAccount": "12345678901" }, { directory, stack: "mine" }),
      /lstm-pfd:awsAccount in Pulumi\.mine\.yaml is 012345678901 without quotes/,
    );
  });

  it("do not hold what the engine has from Pulumi.yaml alone", () => {
    writeFileSync(join(directory, "Pulumi.mine.yaml"), 'config:\n  lstm-pfd:host: ""\n');
    const raw = {
      "lstm-pfd:host": "",
      "lstm-pfd:bucket": "lstm-pfd-backups",
      "lstm-pfd:zones": "a",
      "aws:region": "x",
    };
    assert.deepEqual(withoutUnset(raw, { directory, stack: "mine" }), {
      "lstm-pfd:host": "",
      "lstm-pfd:zones": "a",
      "aws:region": "x",
    });
    assert.deepEqual(withoutUnset(raw, { directory, stack: "other" }), raw);
  });
});
