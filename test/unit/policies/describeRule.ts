import assert from "node:assert/strict";
import type { Policy, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { examineResource, examineStack, type Sample, type Verdict } from "./examine";

/** Names of rules that a test has seen fail, with how many cases. */
export const failingCases = new Map<string, number>();

/** One change to what is good, and what the rule says then. */
export interface Case<Good> {
  title: string;
  /** Gets a copy; returns what to examine instead, when it is not that copy. @default nothing is changed */
  change?: (good: Good) => Good | object | undefined;
  /** Configuration of the rule. */
  config?: Record<string, unknown>;
  /** Exact messages, none when the change is allowed. */
  violations?: string[];
  /** Path of the value that the rule hands to the engine as unknown. */
  unknown?: string;
  /** Why the rule does not look. */
  notApplicable?: string;
}

/**
 * Tests a rule for resources: a good one, and one change for each case.
 * @param config configuration for all of them, under that of a case
 */
export function describeResourceRule<Props extends object>(
  rule: ResourceValidationPolicy,
  good: Omit<Sample, "props"> & { props: Props },
  defaults: Record<string, unknown>,
  cases: readonly Case<Props>[],
  config: Record<string, unknown> = {},
): void {
  describe(rule.name, () => {
    checkDefaults(rule, defaults);
    it("accepts what is good", async () => {
      assert.deepEqual(await examineResource(rule, good, config), { violations: [] });
    });
    it("is for nothing else", async () => {
      const other = { type: "random:index/randomId:RandomId", name: "other", props: {}, protect: false };
      assert.match((await examineResource(rule, other)).notApplicable ?? "", /^it is for /);
    });
    it("leaves exempt resources alone", async () => {
      const verdict = await examineResource(rule, { ...good, props: {} }, { exempt: [good.name] });
      assert.deepEqual(verdict, { violations: [], notApplicable: `${good.name} is exempt` });
    });
    for (const { title, change, config: ofCase, ...expected } of cases) {
      countFailing(rule, expected.violations);
      it(title, async () => {
        const sample = { ...good, props: changed(good.props, change) };
        assert.deepEqual(await examineResource(rule, sample, { ...config, ...ofCase }), verdict(expected));
      });
    }
  });
}

/** Tests a rule for stacks: a good one, and one change for each case. */
export function describeStackRule(
  rule: StackValidationPolicy,
  good: readonly Sample[],
  defaults: Record<string, unknown>,
  cases: readonly Case<Sample[]>[],
): void {
  describe(rule.name, () => {
    checkDefaults(rule, defaults);
    it("accepts what is good", async () => {
      assert.deepEqual(await examineStack(rule, good), { violations: [] });
    });
    for (const { title, change, config, ...expected } of cases) {
      countFailing(rule, expected.violations);
      it(title, async () => {
        const samples = changed([...good], change) as Sample[];
        assert.deepEqual(await examineStack(rule, samples, config), verdict(expected));
      });
    }
  });
}

function checkDefaults(rule: Policy, defaults: Record<string, unknown>): void {
  it("has its defaults", () => {
    const properties = Object.entries(rule.configSchema?.properties ?? {});
    const found = Object.fromEntries(properties.map(([name, schema]) => [name, schema.default]));
    assert.deepEqual(found, { ...defaults, exempt: [] });
  });
}

function changed<Good extends object>(good: Good, change: Case<Good>["change"]): object {
  const copy = structuredClone(good);
  return change?.(copy) ?? copy;
}

function countFailing(rule: Policy, violations: readonly string[] = []): void {
  if (violations.length > 0) failingCases.set(rule.name, (failingCases.get(rule.name) ?? 0) + 1);
}

function verdict({ violations = [], ...rest }: Partial<Verdict>): Verdict {
  return { violations, ...rest };
}
