import assert from "node:assert/strict";
import type { Evidence, StepEvidence } from "../../../plan/evidence";
import { testsPassedIn, testStates } from "../../../plan/testSchedule";

type Some = Pick<Evidence, "kind" | "outcome" | "steps" | "endedAt">;

function rehearsal(endedAt: string, states: Partial<Record<string, StepEvidence["state"]>>): Some {
  const steps = Object.entries(states).map(
    ([step, state]) => ({ step, state, seconds: 1, facts: {} }) as StepEvidence,
  );
  return { kind: "rehearsal", outcome: "passed", endedAt, steps };
}

const drill = (endedAt: string, outcome: Evidence["outcome"] = "passed"): Some => ({
  kind: "drill",
  outcome,
  endedAt,
  steps: [],
});
const good = (endedAt: string): Some => rehearsal(endedAt, { restore: "passed", models: "passed" });

/** Evidence, today, and for each test its state and the quarter that is meant. */
const rows: [what: string, evidence: Some[], now: string, expected: [string, string][], since?: string][] = [
  [
    "everything is overdue where nothing was ever tested",
    [],
    "2026-11-27T00:00:00Z",
    [
      ["overdue", "2026-Q1"],
      ["overdue", "2026-Q2"],
      ["overdue", "2026-Q3"],
    ],
  ],
  [
    "a vault that is younger than a quarter's end has missed nothing of it",
    [],
    "2026-11-27T00:00:00Z",
    [
      ["due", "2026-Q4"],
      ["waiting", "2027-Q2"],
      ["waiting", "2027-Q3"],
    ],
    "2026-10-15T00:00:00Z",
  ],
  [
    "what has passed in its quarter is done, until the next one of its own",
    [drill("2026-10-01T00:00:00Z"), good("2026-11-26T04:30:00Z")],
    "2026-11-27T00:00:00Z",
    [
      ["done", "2027-Q1"],
      ["waiting", "2027-Q2"],
      ["waiting", "2027-Q3"],
    ],
  ],
  [
    "the last moment of the quarter before does not count for this one",
    [drill("2026-09-30T23:59:59Z")],
    "2026-10-01T00:00:00Z",
    [
      ["due", "2026-Q4"],
      ["overdue", "2026-Q2"],
      ["overdue", "2026-Q3"],
    ],
  ],
  [
    "what was missed is made up for by a later one",
    [good("2026-12-31T23:59:59Z"), drill("2026-02-01T00:00:00Z")],
    "2027-01-01T00:00:00Z",
    [
      ["overdue", "2026-Q4"],
      ["waiting", "2027-Q2"],
      ["waiting", "2027-Q3"],
    ],
  ],
  [
    "failed ones, and those of a time that has not come, do not count",
    [
      drill("2026-10-05T00:00:00Z", "failed"),
      drill("2030-01-01T00:00:00Z"),
      rehearsal("2026-11-01T00:00:00Z", { restore: "failed", models: "not rehearsed" }),
    ],
    "2026-11-27T00:00:00Z",
    [
      ["due", "2026-Q4"],
      ["waiting", "2027-Q2"],
      ["waiting", "2027-Q3"],
    ],
    "2026-10-15T00:00:00Z",
  ],
];

describe("the runbook's quarterly tests", () => {
  for (const [what, evidence, now, expected, since] of rows)
    it(what, () => {
      const states = testStates(evidence, new Date(now), since === undefined ? undefined : new Date(since));
      assert.deepEqual(
        states.map(({ test }) => test),
        ["failover drill", "database restoration", "model recovery"],
      );
      assert.deepEqual(
        states.map(({ state, quarter }) => [state, quarter.name]),
        expected,
      );
    });

  it("say when each last passed", () => {
    const [, database, models] = testStates(
      [
        good("2026-11-25T04:30:00Z"),
        rehearsal("2026-11-26T04:30:00Z", { restore: "passed", models: "failed" }),
      ],
      new Date("2026-11-27T00:00:00Z"),
    );
    assert.equal(database?.lastAt?.toISOString(), "2026-11-26T04:30:00.000Z");
    assert.equal(models?.lastAt?.toISOString(), "2026-11-25T04:30:00.000Z");
  });

  it("take a rehearsal for a test of the database only where nothing of the database has failed", () => {
    const tests = (states: Parameters<typeof rehearsal>[1]) =>
      testsPassedIn(rehearsal("2026-11-26T04:30:00Z", states));
    assert.deepEqual(tests({ restore: "passed", indexes: "failed", models: "passed" }), ["model recovery"]);
    assert.deepEqual(tests({ restore: "passed", dump: "failed" }), ["database restoration"]);
    assert.deepEqual(tests({ restore: "not rehearsed", models: "not rehearsed" }), []);
  });
});
