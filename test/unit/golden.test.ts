import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../lib/paths";
import type { Registration } from "./components/aws/recordRegistrations";
import { withSecrets } from "./components/recordResources";
import { recordProgram, stacks } from "./recordProgram";

const golden = join(projectRoot, "test", "golden");

describe("golden dump", () => {
  for (const [stack, config] of Object.entries(stacks))
    it(`of ${stack} is as committed; "UPDATE_GOLDEN=1 npm test" writes it anew`, async () => {
      const { resources, options } = await recordProgram(config);
      const order = orderOf(options);
      const dumped = resources.map((resource) => {
        const registration = options.find((each) => keyOf(each) === keyOf(resource));
        return {
          ...withSecrets(resource),
          ...(registration === undefined ? {} : optionsOf(registration, order)),
        };
      });
      const dump = `${JSON.stringify(sorted(dumped), undefined, 2)}\n`
        .replaceAll(projectRoot, ".")
        // Another one with each change of the chart, which its own tests are about.
        .replace(/"chart [0-9a-f]{12}"/, '"chart DIGEST"');
      const file = join(golden, `${stack}.json`);
      if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, dump);
      assert.equal(dump, readFileSync(file, "utf8"));
    });
});

/** What protects a resource and what it comes after; only what is set. */
function optionsOf(
  registration: Registration,
  order: ReadonlyMap<string, Set<string>>,
): { options?: object } {
  const { parent, protect, retainOnDelete, deleteBeforeReplace } = registration;
  const waitsFor = nearest(registration.waitsFor.map(shortened), order);
  const options = {
    ...(parent === "" ? {} : { parent: shortened(parent) }),
    ...(waitsFor.length === 0 ? {} : { waitsFor }),
    ...(protect ? { protect } : {}),
    ...(retainOnDelete ? { retainOnDelete } : {}),
    ...(deleteBeforeReplace ? { deleteBeforeReplace } : {}),
  };
  return Object.keys(options).length === 0 ? {} : { options };
}

/** Everything that each resource comes after, at first or second hand. */
function orderOf(registrations: readonly Registration[]): Map<string, Set<string>> {
  const order = new Map<string, Set<string>>();
  const byKey = new Map(registrations.map((each) => [keyOf(each), each]));
  const before = (key: string): Set<string> => {
    const known = order.get(key);
    if (known !== undefined) return known;
    const { parent = "", waitsFor = [] } = byKey.get(key) ?? {};
    const direct = [...waitsFor, ...(parent === "" ? [] : [parent])].map(shortened);
    const all = new Set(direct.flatMap((each) => [each, ...before(each)]));
    order.set(key, all);
    return all;
  };
  for (const key of byKey.keys()) before(key);
  return order;
}

// What waits for a component waits for everything in it: most of that goes without saying.
function nearest(keys: readonly string[], order: ReadonlyMap<string, Set<string>>): string[] {
  const all = [...new Set(keys)];
  return all.filter((key) => !all.some((other) => order.get(other)?.has(key) === true)).sort();
}

function keyOf({ type, name }: { type: string; name: string }): string {
  return `${type}::${name}`;
}

/** Type and name at the end of a URN. */
function shortened(urn: string): string {
  const [types = "", name = ""] = urn.split("::").slice(-2);
  return `${types.slice(types.lastIndexOf("$") + 1)}::${name}`;
}

/** The same value with the keys of all objects in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
