import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Policies } from "@pulumi/policy";
import { projectRoot } from "../../../lib/paths";
import { rules } from "../../../policies/rules";
import { examineResource } from "./examine";

const pack = join(projectRoot, "policies");
const readText = (...path: string[]): string => readFileSync(join(pack, ...path), "utf8");
const readJson = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readText(...path)) as Record<string, unknown>;

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

describe("policy pack", () => {
  it("registers every rule once, and every file of a rule", () => {
    const files = readdirSync(join(pack, "rules")).filter((file) => file !== "index.ts");
    assert.equal(rules.length, files.length);
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  });

  it("has a test for each rule, which sees it refuse something", () => {
    for (const file of readdirSync(join(pack, "rules"))) {
      if (file === "index.ts") continue;
      const name = basename(file, ".ts");
      const test = readFileSync(join(__dirname, `${name}.test.ts`), "utf8");
      assert.match(test, new RegExp(`describe(Resource|Stack)Rule\\(\\s*${name},`), name);
    }
  });

  it("says of each rule what it wants, how bad it is and what to do", () => {
    for (const { name, description, remediationSteps, severity, enforcementLevel } of rules) {
      assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      assert.match(description, /^[A-Z].*\.$/, name);
      assert.match(remediationSteps ?? "", /^[A-Z].+\.$/, name);
      assert.ok(severity, name);
      assert.equal(enforcementLevel, name === "type-not-judged" ? "advisory" : "mandatory", name);
    }
  });

  it("describes each setting, with a default", () => {
    for (const rule of rules) {
      const properties = Object.entries(rule.configSchema?.properties ?? {});
      assert.ok(
        properties.some(([name]) => name === "exempt"),
        rule.name,
      );
      for (const [name, schema] of properties) {
        assert.match(schema.description ?? "", /\.$/, `${rule.name}.${name}`);
        assert.notEqual(schema.default, undefined, `${rule.name}.${name}`);
      }
    }
  });

  it("has each rule in the README with its defaults", () => {
    const missing = rules.map(readmeRow).filter((row) => !readmeRows.includes(row));
    assert.deepEqual(missing, [], `README.md lacks these rows:\n${missing.join("\n")}`);
  });

  it("asks each rule for resources about its own types alone, and not about what is exempt", async () => {
    for (const rule of rules) {
      if ("validateStack" in rule) continue;
      const sample = { type: "random:index/randomId:RandomId", name: "other", props: {}, protect: false };
      const { notApplicable = "" } = await examineResource(rule, sample);
      const [, type] = /^it is for ([^,]+)/.exec(notApplicable) ?? [];
      assert.ok(type, `${rule.name}: ${notApplicable}`);
      assert.deepEqual(
        await examineResource(rule, { ...sample, type }, { exempt: ["other"] }),
        { violations: [], notApplicable: "other is exempt" },
        rule.name,
      );
    }
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
