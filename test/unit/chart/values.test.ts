import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { postgresMemory, postgresSharedMemoryMi, redisMaxMemoryMi } from "../../../plan/postgresMemory";

const chart = join(__dirname, "../../../chart");

/** As much of JSON schema as the chart uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  required?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  definitions?: Record<string, Schema>;
}

const schema = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8")) as Schema;
const values = parse(readFileSync(join(chart, "values.yaml"), "utf8")) as Record<string, unknown>;

function resolved(part: Schema): Schema {
  if (part.$ref === undefined) return part;
  const name = part.$ref.replace("#/definitions/", "");
  const definition = schema.definitions?.[name];
  assert.ok(definition, `${part.$ref} is defined`);
  return definition;
}

/** Every object schema, by its path in the values. */
function objects(part: Schema, path: string): [string, Schema][] {
  const found = resolved(part);
  if (found.type !== "object") return [];
  const below = Object.entries(found.properties ?? {}).flatMap(([key, value]) =>
    objects(value, `${path}.${key}`),
  );
  return [[path, found], ...below];
}

/** Keys of objects in the values, as far as they are described as objects. */
function keys(value: unknown, part: Schema, path: string): { path: string; known: boolean }[] {
  const found = resolved(part);
  if (found.type !== "object" || typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const described = found.properties?.[key];
    return [
      { path: `${path}.${key}`, known: described !== undefined },
      ...(described ? keys(inner, described, `${path}.${key}`) : []),
    ];
  });
}

function property(...path: string[]): Schema {
  return path.reduce<Schema>((part, key) => {
    const found = resolved(part).properties?.[key];
    assert.ok(found, `the schema has ${path.join(".")}`);
    return found;
  }, schema);
}

/** What a memory or CPU amount of the values is in MiB or thousandths. */
function amount(text: unknown): number {
  const [, digits, unit] = /^(\d+)(m|Mi|Gi)$/.exec(String(text)) ?? [];
  assert.ok(digits, `${String(text)} is an amount`);
  return Number(digits) * (unit === "Gi" ? 1024 : 1);
}

describe("the chart's values", () => {
  it("are refused with an unknown key, at every level", () => {
    const all = objects(schema, "values");
    assert.ok(all.length > 10);
    for (const [path, part] of all) assert.equal(part.additionalProperties, false, path);
  });

  it("have only keys that the schema describes", () => {
    const unknown = keys(values, schema, "values").filter(({ known }) => !known);
    assert.deepEqual(unknown, []);
  });

  it("require nothing that has neither a default nor a description", () => {
    for (const [path, part] of objects(schema, "values"))
      for (const key of part.required ?? []) assert.ok(part.properties?.[key], `${path}.${key}`);
  });

  it("have no default for a secret", () => {
    for (const [key, value] of Object.entries(values["secrets"] as object)) assert.equal(value, "", key);
  });

  const patterns: { path: string[]; good: string[]; bad: string[] }[] = [
    {
      path: ["images", "postgres"],
      good: [
        "docker.io/lstm-pfd/postgres:0123456789ab",
        "registry.example.com:5000/a/b@sha256:" + "0".repeat(64),
      ],
      bad: ["", "postgres", "docker.io/x y", "docker.io/lstm-pfd/postgres:"],
    },
    {
      path: ["postgresql", "database"],
      good: ["lstm_pfd"],
      bad: ["", "Lstm", "a-b", "a b", "a\nhost all all all trust"],
    },
    { path: ["checkpoints", "modelFile"], good: ["best_model.pth"], bad: ["", "../x", "a/b", ".hidden"] },
    { path: ["checkpoints", "mountPath"], good: ["/app/checkpoints"], bad: ["", "app", "/app/", "/"] },
    { path: ["repository", "configMap"], good: ["lstm-pfd-repository"], bad: ["", "A", "-a", "a_b"] },
  ];
  for (const { path, good, bad } of patterns) {
    it(`take a sensible ${path.join(".")} only`, () => {
      const pattern = new RegExp(resolved(property(...path)).pattern ?? "no pattern");
      for (const text of good) assert.match(text, pattern);
      for (const text of bad) assert.doesNotMatch(text, pattern);
    });
  }

  it("keep the archive timeout above zero", () => {
    assert.equal(property("postgresql", "archiveTimeoutSeconds").minimum, 2);
  });

  it("keep the application from being the superuser", () => {
    const [, exception] = property("postgresql", "user").allOf ?? [];
    assert.deepEqual(exception, { not: { const: "postgres" } });
  });

  it("have settings of PostgreSQL and Redis that fit their limits", () => {
    const { postgresql, redis } = values as Record<string, Record<string, unknown>>;
    const limit = (part: Record<string, unknown> | undefined): number =>
      amount((part?.["resources"] as { limits: { memory: string } }).limits.memory);
    assert.deepEqual(postgresql?.["memory"], postgresMemory(limit(postgresql)));
    assert.equal(postgresql["sharedMemory"], `${postgresSharedMemoryMi(limit(postgresql))}Mi`);
    assert.equal(redis?.["maxMemory"], `${redisMaxMemoryMi(limit(redis))}mb`);
  });

  it("fit a machine with 2 cores: at most 1 CPU and 2 GiB", () => {
    const parts = ["postgresql", "dashboard", "worker", "redis"].map(
      (name) =>
        values[name] as {
          replicas?: number;
          resources: Record<"requests" | "limits", { cpu?: string; memory: string }>;
        },
    );
    const total = (of: (part: (typeof parts)[number]) => unknown): number =>
      parts.reduce((sum, part) => sum + (part.replicas ?? 1) * amount(of(part)), 0);
    assert.ok(total((part) => part.resources.requests.cpu) <= 1000);
    assert.ok(total((part) => part.resources.limits.memory) <= 2048);
  });
});
