import assert from "node:assert/strict";
import { type Evidence, evidenceKey, evidenceText, outcomeOf, parseEvidence } from "../../../plan/evidence";

const evidence: Evidence = {
  format: 1,
  kind: "rehearsal",
  run: "r",
  site: "prod/lstm-pfd",
  begunAt: "2026-11-27T04:20:01.000Z",
  endedAt: "2026-11-27T04:31:09.000Z",
  seconds: 668,
  outcome: "passed",
  steps: [{ step: "restore", state: "passed", seconds: 600, facts: { rows: 7 } }],
  versions: { postgresql: "15.18" },
};

describe("evidence", () => {
  it("has a key by its time, and another one where that is taken", () => {
    const at = new Date(evidence.endedAt);
    assert.equal(evidenceKey("rehearsal", at), "evidence/rehearsal/20261127-043109.json");
    assert.equal(evidenceKey("drill", at, 2), "evidence/drill/20261127-043109-2.json");
  });

  it("is read as it was written", () => {
    assert.deepEqual(parseEvidence(evidenceText(evidence)), evidence);
  });

  for (const [change, message] of [
    [{ format: 2 }, /its format is 2/],
    [{ kind: "rumour" }, /its kind is "rumour"/],
    [{ site: undefined }, /no field "site"/],
    [{ endedAt: "yesterday" }, /ended at "yesterday"/],
    [{ outcome: "unknown" }, /its outcome is "unknown"/],
    [{ steps: undefined }, /no list "steps"/],
    [{ steps: [{ step: "restore", state: "green" }] }, /its step "restore" is "green"/],
  ] as const)
    it(`is refused where ${message.source}`, () => {
      assert.throws(() => parseEvidence(JSON.stringify({ ...evidence, ...change })), message);
    });

  it("is refused where it is cut off", () => {
    assert.throws(() => parseEvidence(evidenceText(evidence).slice(0, 40)));
    assert.throws(() => parseEvidence("null"), /no object/);
  });

  it("has passed where the restore has and nothing failed, and never where nothing was restored", () => {
    const step = (name: "restore" | "models", state: "passed" | "failed" | "not rehearsed") => ({
      ...{ step: name, state, seconds: 1, facts: {} },
    });
    assert.equal(outcomeOf([step("restore", "passed"), step("models", "not rehearsed")]), "passed");
    assert.equal(outcomeOf([step("restore", "passed"), step("models", "failed")]), "failed");
    assert.equal(outcomeOf([step("restore", "not rehearsed"), step("models", "passed")]), "failed");
    assert.equal(outcomeOf([]), "failed");
  });
});
