import assert from "node:assert/strict";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { examineResource, examineStack, type Sample, type Verdict } from "./examine";

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
  cases: readonly Case<Props>[],
  config: Record<string, unknown> = {},
): void {
  describe(rule.name, () => {
    assertOneFails(cases);
    it("accepts what is good", async () => {
      assert.deepEqual(await examineResource(rule, good, config), { violations: [] });
    });
    for (const { title, change, config: ofCase, ...expected } of cases) {
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
  cases: readonly Case<Sample[]>[],
): void {
  describe(rule.name, () => {
    assertOneFails(cases);
    it("accepts what is good", async () => {
      assert.deepEqual(await examineStack(rule, good), { violations: [] });
    });
    for (const { title, change, config, ...expected } of cases) {
      it(title, async () => {
        const samples = changed([...good], change) as Sample[];
        assert.deepEqual(await examineStack(rule, samples, config), verdict(expected));
      });
    }
  });
}

/** A rule that no test has seen to fail may be one that cannot. */
function assertOneFails(cases: readonly Pick<Case<object>, "violations">[]): void {
  assert.ok(
    cases.some(({ violations = [] }) => violations.length > 0),
    "no case is refused",
  );
}

function changed<Good extends object>(good: Good, change: Case<Good>["change"]): object {
  const copy = structuredClone(good);
  return change?.(copy) ?? copy;
}

function verdict({ violations = [], ...rest }: Partial<Verdict>): Verdict {
  return { violations, ...rest };
}
