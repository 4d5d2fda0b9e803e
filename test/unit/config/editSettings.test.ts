import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../../config/configError";
import { withValues, writeSettings } from "../../../config/editSettings";
import { readSettings } from "../../../config/settingsFile";
import { projectRoot } from "../../../lib/paths";

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const one = `registry.example.com:5000/lstm-pfd-redis@${digest("1")}`;
const two = `registry.example.com:5000/lstm-pfd-redis@${digest("2")}`;

describe("editing settings", () => {
  for (const [what, before, after] of [
    [
      "a value, and nothing around it",
      `# top\nconfig:\n  # why\n  lstm-pfd:layer: platform   # here\n  lstm-pfd:imageRedis: ${one} # ours\n\n# end\n`,
      `# top\nconfig:\n  # why\n  lstm-pfd:layer: platform   # here\n  lstm-pfd:imageRedis: ${two} # ours\n\n# end\n`,
    ],
    [
      "a quoted value",
      `config:\n  lstm-pfd:imageRedis: "${one}"\n`,
      `config:\n  lstm-pfd:imageRedis: ${two}\n`,
    ],
    [
      "a key that is missing, behind the last one",
      `config:\n    lstm-pfd:layer: platform # x\n# end\nsecretsprovider: passphrase\n`,
      `config:\n    lstm-pfd:layer: platform # x\n    lstm-pfd:imageRedis: ${two}\n# end\nsecretsprovider: passphrase\n`,
    ],
    [
      "a key behind an encrypted value",
      `config:\n  lstm-pfd:dbPassword:\n    secure: v1:abc\nother: 1\n`,
      `config:\n  lstm-pfd:dbPassword:\n    secure: v1:abc\n  lstm-pfd:imageRedis: ${two}\nother: 1\n`,
    ],
    ["no line end at the end", `config:\n  a:b: c`, `config:\n  a:b: c\n  lstm-pfd:imageRedis: ${two}\n`],
    [
      "line ends of Windows",
      `config:\r\n  a:b: c\r\n`,
      `config:\r\n  a:b: c\r\n  lstm-pfd:imageRedis: ${two}\r\n`,
    ],
    ["an empty file", "", `config:\n  lstm-pfd:imageRedis: ${two}\n`],
    ["only comments", "# mine\n", `# mine\nconfig:\n  lstm-pfd:imageRedis: ${two}\n`],
    [
      "a file without configuration",
      "secretsprovider: passphrase\n",
      `secretsprovider: passphrase\nconfig:\n  lstm-pfd:imageRedis: ${two}\n`,
    ],
    [
      "a configuration without keys",
      "config: # none\nother: 1\n",
      `config: # none\n  lstm-pfd:imageRedis: ${two}\nother: 1\n`,
    ],
    [
      "an empty value",
      `config:\n  lstm-pfd:imageRedis:\n  lstm-pfd:layer: platform\n`,
      `config:\n  lstm-pfd:imageRedis: ${two}\n  lstm-pfd:layer: platform\n`,
    ],
  ] as const)
    it(`changes ${what}`, () => {
      assert.equal(withValues(before, { imageRedis: two }, "Pulumi.x.yaml"), after);
    });

  it("leaves a text that holds the values as it is, to the byte", () => {
    const text = `config: \n  "lstm-pfd:imageRedis":   '${two}'   # ours\n`;
    assert.equal(withValues(text, { imageRedis: two }, "Pulumi.x.yaml"), text);
  });

  for (const text of [
    "config: {a: b}\n",
    "config:\n  - a\n",
    "config:\n  lstm-pfd:imageRedis: [a]\n",
    "- a\n",
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => withValues(text, { imageRedis: two }, "Pulumi.x.yaml"),
        (error) => error instanceof ConfigError && error.message.includes("put it there by hand"),
      );
    });

  it("refuses what is not YAML", () => {
    assert.throws(() => withValues("config: [", { imageRedis: two }, "Pulumi.x.yaml"), /is not YAML/);
  });

  it("quotes what YAML would change", () => {
    assert.equal(withValues("", { host: "1e3" }, "x"), `config:\n  lstm-pfd:host: "1e3"\n`);
  });

  describe("in a file", () => {
    let directory: string;
    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "settings-"))));
    afterEach(() => {
      rmSync(directory, { recursive: true });
    });

    it("is read back, keeps mode and comments, and is not written twice", () => {
      const path = join(directory, "Pulumi.prod.yaml");
      const text = readFileSync(join(projectRoot, "Pulumi.prod.yaml"), "utf8");
      writeFileSync(path, text, { mode: 0o640 });
      assert.equal(writeSettings(path, { imageRedis: two, imagePostgres: one }), true);
      const values = Object.fromEntries(readSettings(path).map(({ key, text }) => [key, text]));
      assert.deepEqual([values["imageRedis"], values["imagePostgres"]], [two, one]);
      assert.equal(statSync(path).mode & 0o777, 0o640);
      const comments = (from: string): string[] => from.split("\n").filter((line) => line.includes("#"));
      assert.deepEqual(comments(readFileSync(path, "utf8")), comments(text));
      const written = statSync(path).mtimeMs;
      assert.equal(writeSettings(path, { imageRedis: two, imagePostgres: one }), false);
      assert.equal(statSync(path).mtimeMs, written);
      assert.deepEqual(readdirSync(directory), ["Pulumi.prod.yaml"]);
    });
  });
});
