import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFile, referencePage } from "../../../config/generated";
import type { ConfigKey } from "../../../config/key";
import { concerns, configKeys } from "../../../config/schema";
import { projectRoot } from "../../../lib/paths";

const read = (file: string): string => readFileSync(join(projectRoot, file), "utf8");

describe("what is written from the schema of the configuration", () => {
  const keys = Object.entries<ConfigKey>(configKeys);

  it('is in Pulumi.yaml; "npm run generate" writes it', () => {
    const text = read("Pulumi.yaml");
    assert.equal(projectFile(text), text);
    const { name, config } = parse(text) as { name: string; config: Record<string, unknown> };
    assert.equal(name, "lstm-pfd");
    const expected = keys.map(([key, { type, description, default: byDefault }]) => [
      `lstm-pfd:${key}`,
      { type, description, default: byDefault },
    ]);
    assert.deepEqual(config, Object.fromEntries(expected));
  });

  it('is docs/configuration.md; "npm run generate" writes it', async () => {
    const text = read("docs/configuration.md");
    assert.equal(await referencePage(), text);
    for (const [key] of keys) assert.match(text, new RegExp(`^\\| \`${key}\` `, "m"));
  });

  it("follows a default that is changed in the schema, and nothing else does", async () => {
    const { Cluster, ...others } = concerns;
    const apiPort = { ...configKeys.apiPort, default: 16444 };
    const changed = { Cluster: { ...Cluster, apiPort }, ...others };
    const project = projectFile(read("Pulumi.yaml"), changed);
    assert.match(project, /lstm-pfd:apiPort:\n {4}type: integer\n {4}description: .*\n {4}default: 16444\n/);
    assert.match(await referencePage(changed), /^\| `apiPort` +\| integer +\| `16444` /m);
    assert.equal(projectFile(project), read("Pulumi.yaml"));
  });

  it("has a default that keeps its own rule, of the type that Pulumi wants, and a stand-in too", () => {
    for (const [name, key] of keys) {
      key.parse(String(key.default));
      key.parse(key.standIn);
      const type = { string: "string", integer: "number", boolean: "boolean" }[key.type];
      assert.equal(typeof key.default, type, name);
      assert.equal(key.emptyAllowed, key.default === "", name);
    }
  });
});
