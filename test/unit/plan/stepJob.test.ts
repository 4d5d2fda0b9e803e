import assert from "node:assert/strict";
import { disruptionsDoNotCount, stepJobSpec } from "../../../plan/stepJob";

interface Rule {
  action: string;
  onExitCodes?: { operator: "In" | "NotIn"; values: number[] };
  onPodConditions?: { type: string; status: string }[];
}

interface FailedPod {
  exitCode: number;
  conditions?: { type: string; status: string }[];
}

/** What the Job controller makes of a pod that failed: the first rule that fits, and else it counts. */
function judge(rules: readonly Rule[], { exitCode, conditions = [] }: FailedPod): string {
  const fits = ({ onExitCodes, onPodConditions }: Rule): boolean =>
    onExitCodes === undefined
      ? (onPodConditions ?? []).some((wanted) =>
          conditions.some(({ type, status }) => type === wanted.type && status === wanted.status),
        )
      : onExitCodes.values.includes(exitCode) === (onExitCodes.operator === "In");
  return rules.find(fits)?.action ?? "Count";
}

const moved = [{ type: "DisruptionTarget", status: "True" }];

describe("a pod of a step of `up` that failed", () => {
  const { rules } = stepJobSpec({}).podFailurePolicy as { rules: Rule[] };
  const cases: [what: string, pod: FailedPod, action: string][] = [
    ["ends the step when the command refused", { exitCode: 1 }, "Count"],
    ["ends it when it took too much memory", { exitCode: 137 }, "Count"],
    ["gets a successor when it had no credentials yet", { exitCode: 75 }, "Ignore"],
    ["gets one when it was stopped by hand", { exitCode: 143 }, "Ignore"],
    [
      "gets one, and does not count, when its node was drained",
      { exitCode: 143, conditions: moved },
      "Ignore",
    ],
    ["nor when that killed it", { exitCode: 137, conditions: moved }, "Ignore"],
    ["nor when the command failed by it", { exitCode: 1, conditions: moved }, "Ignore"],
    [
      "counts when nothing moved it",
      { exitCode: 1, conditions: [{ type: "DisruptionTarget", status: "False" }] },
      "Count",
    ],
  ];
  for (const [what, pod, action] of cases)
    it(what, () => {
      assert.equal(judge(rules, pod), action);
    });

  it("ends by the limit with the first that counts: the provider never hears of any other end but a deadline", () => {
    const { backoffLimit, podFailurePolicy } = stepJobSpec({});
    assert.equal(backoffLimit, 0);
    assert.deepEqual(
      (podFailurePolicy as { rules: Rule[] }).rules.map(({ action }) => action),
      ["Ignore", "Ignore"],
    );
    assert.equal(stepJobSpec({}, 900).activeDeadlineSeconds, 900);
    assert.ok(!("activeDeadlineSeconds" in stepJobSpec({})));
  });

  it("counts always in a backup, but not when it was moved", () => {
    const ofBackup = disruptionsDoNotCount.rules as Rule[];
    assert.equal(judge(ofBackup, { exitCode: 1 }), "Count");
    assert.equal(judge(ofBackup, { exitCode: 143, conditions: moved }), "Ignore");
  });
});
