import assert from "node:assert/strict";
import { drillReport, reportJson } from "../../../drill/report";
import type { DrillFindings, DrillReport } from "../../../drill/reportSchema";
import { failedFindings, passedFindings } from "./sample";

const report = (change: Partial<DrillFindings>): DrillReport =>
  drillReport({ ...passedFindings(), ...change });

function lossOf(change: Partial<NonNullable<DrillFindings["loss"]>>): Partial<DrillFindings> {
  const { loss } = passedFindings();
  assert.ok(loss);
  return { loss: { ...loss, ...change } };
}

describe("drill report", () => {
  it("passes a drill where everything holds", () => {
    const { outcome, failedChecks, rto, rpo } = report({});
    assert.deepEqual([outcome, failedChecks], ["passed", []]);
    assert.deepEqual([rto.seconds, rpo.seconds, rpo.rowsLost], [160.8, 25.2, 252]);
  });

  const failures: [string, Partial<DrillFindings>, string[]][] = [
    ["a recovery time beyond the objective", { rtoObjectiveSeconds: 160 }, ["recovery time (RTO)"]],
    ["a loss beyond the objective", { rpoObjectiveSeconds: 25 }, ["data loss (RPO)"]],
    ["a loss that is only known to be at least that", lossOf({ exact: false }), ["data loss (RPO)"]],
    ["a hole", lossOf({ onlyTail: false }), ["loss is a tail"]],
    ["a second up that changes something", { secondUpChanges: 1 }, ["second up"]],
    ["drift", { refreshDrift: 2 }, ["refresh"]],
    [
      "a check that does not hold",
      { checks: [{ name: "/health", expected: "200", seen: "503", ok: false }] },
      ["/health"],
    ],
    ["an unmeasured second up", { secondUpChanges: undefined }, ["second up"]],
    ["an unmeasured loss", { loss: undefined }, ["data loss (RPO)", "loss is a tail"]],
    [
      "a verification without success",
      { recovery: { from: "2026-11-24T10:20:10.000Z" } },
      ["recovery time (RTO)"],
    ],
  ];
  for (const [name, change, failed] of failures)
    it(`fails ${name}`, () => {
      const { outcome, failedChecks } = report(change);
      assert.deepEqual([outcome, failedChecks], ["failed", failed]);
    });

  it("passes exactly at the objectives", () => {
    assert.equal(report({ rtoObjectiveSeconds: 160.8, rpoObjectiveSeconds: 25.2 }).outcome, "passed");
  });

  it("fails a drill that stopped, whatever holds", () => {
    const { outcome, failedChecks, error } = report({ error: "interrupted" });
    assert.deepEqual([outcome, failedChecks, error], ["failed", [], "interrupted"]);
  });

  it("computes throughputs from sizes and times, and only from both", () => {
    const { throughput } = report({});
    assert.equal(throughput.restoreBytesPerSecond, Math.round(466_600_000 / 17.4));
    assert.equal(throughput.checkpointRestoreBytesPerSecond, Math.round(84_869_340 / 4.8));
    assert.equal(report({ sizes: {} }).throughput.restoreBytesPerSecond, undefined);
    assert.equal(report({ throughput: { restoreSeconds: 0 } }).throughput.restoreBytesPerSecond, undefined);
  });

  it("leaves out of the JSON what was not measured, and keeps 0", () => {
    const json = JSON.parse(reportJson(drillReport(failedFindings()))) as DrillReport;
    assert.ok(!("seconds" in json.rto) && !("seconds" in json.rpo) && !("secondUpChanges" in json));
    const measured = JSON.parse(reportJson(report({}))) as DrillReport;
    assert.deepEqual([measured.secondUpChanges, measured.refreshDrift], [0, 0]);
  });

  it("gives the same JSON for the same findings, with its schema's version first", () => {
    const json = reportJson(report({}));
    assert.equal(json, reportJson(report({})));
    assert.match(json, /^\{\n {2}"schemaVersion": 1,\n/);
    assert.equal(reportJson(JSON.parse(json) as DrillReport), json);
  });

  it("keeps the names of its fields, on which readers of the evidence rely", () => {
    assert.deepEqual(Object.keys(JSON.parse(reportJson(report({}))) as object), [
      "schemaVersion",
      "drillId",
      "nonce",
      "outcome",
      "failedChecks",
      "startedAt",
      "finishedAt",
      "seconds",
      "rto",
      "rpo",
      "steps",
      "sizes",
      "throughput",
      "checks",
      "secondUpChanges",
      "refreshDrift",
      "providers",
      "languageHost",
      "versions",
      "machine",
    ]);
  });
});
