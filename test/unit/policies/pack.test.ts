import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Policies } from "@pulumi/policy";
import { projectRoot } from "../../../lib/paths";
import { rules } from "../../../policies/rules";
import { failingCases } from "./describeRule";

const load = createRequire(__filename);
const pack = join(projectRoot, "policies");
const readText = (...path: string[]): string => readFileSync(join(pack, ...path), "utf8");
const readJson = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readText(...path)) as Record<string, unknown>;

// The table of failing cases is whole only when every test of a rule is loaded, also when this file runs alone.
for (const file of readdirSync(__dirname))
  if (file.endsWith(".test.ts") && !__filename.endsWith(file)) load(join(__dirname, file));

const readmeRows = readText("README.md")
  .split("\n")
  .map((line) => line.replace(/\s+/g, " "));

function readmeRow(rule: Policies[number]): string {
  const kind = "validateStack" in rule ? "stack" : "resource";
  const properties = Object.entries(rule.configSchema?.properties ?? {}).filter(
    ([name]) => name !== "exempt",
  );
  const defaults = properties.map(([name, schema]) => `\`${name}: ${JSON.stringify(schema.default)}\``);
  const cells = [
    `\`${rule.name}\``,
    kind,
    rule.description,
    list(defaults),
    list(rule.tags?.map(withoutSource)),
  ];
  return `| ${cells.join(" | ")} |`;
}

function list(items: readonly string[] = []): string {
  return items.length === 0 ? "–" : items.join(", ");
}

function withoutSource(tag: string): string {
  return tag.slice(tag.indexOf(":") + 1);
}

const order = [
  "name",
  "description",
  "severity",
  "enforcementLevel",
  "configSchema",
  "tags",
  "remediationSteps",
  "validateResource",
  "validateStack",
];

describe("policy pack", () => {
  it("registers every rule once, and every file of a rule", () => {
    const files = readdirSync(join(pack, "rules")).filter((file) => file !== "index.ts");
    assert.equal(rules.length, files.length);
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  for (const rule of rules)
    describe(rule.name, () => {
      it("has its properties in the order of all rules", () => {
        const keys = Object.keys(rule);
        assert.deepEqual(
          keys,
          order.filter((key) => keys.includes(key)),
        );
      });
      it("says what it wants, how bad it is and what to do", () => {
        assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
        assert.match(rule.description, /^[A-Z].*\.$/);
        assert.match(rule.remediationSteps ?? "", /^[A-Z].+\.$/);
        assert.ok(rule.severity);
        assert.equal(rule.enforcementLevel, "mandatory");
      });
      it("describes its configuration, with a default for everything", () => {
        const properties = Object.entries(rule.configSchema?.properties ?? {});
        assert.ok(properties.some(([name]) => name === "exempt"));
        for (const [name, schema] of properties) {
          assert.match(schema.description ?? "", /\.$/, name);
          assert.notEqual(schema.default, undefined, name);
        }
      });
      it("has been seen to fail", () => {
        assert.ok((failingCases.get(rule.name) ?? 0) > 0);
      });
      it("is in the README as it is", () => {
        assert.ok(readmeRows.includes(readmeRow(rule)), `README.md lacks this row:\n${readmeRow(rule)}`);
      });
    });

  it("needs what the project pins", () => {
    const ofProject = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const needed = readJson("package.json")["dependencies"] as Record<string, string>;
    for (const [name, version] of Object.entries(needed))
      assert.equal(version, ofProject.dependencies[name], name);
  });

  for (const file of ["prod.json", "local.json"])
    it(`has a configuration of known rules and settings in ${file}`, () => {
      for (const [name, settings] of Object.entries(readJson("config", file))) {
        const rule = rules.find((candidate) => candidate.name === name);
        assert.ok(rule, name);
        if (typeof settings === "string") continue;
        const known = ["enforcementLevel", ...Object.keys(rule.configSchema?.properties ?? {})];
        for (const key of Object.keys(settings as object)) assert.ok(known.includes(key), `${name}.${key}`);
      }
    });
});
