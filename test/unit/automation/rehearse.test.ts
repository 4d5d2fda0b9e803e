import assert from "node:assert/strict";
import { rehearsalByHand } from "../../../automation/rehearse";
import { describeRehearsal } from "../../../cli/rehearsalText";
import { describeTests } from "../../../cli/testsText";
import { testStates } from "../../../plan/testSchedule";

describe("a rehearsal by hand", () => {
  const cronJob = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "rehearse", uid: "u" },
    spec: {
      suspend: true,
      jobTemplate: {
        metadata: { labels: { "app.kubernetes.io/name": "lstm-pfd-recovery" } },
        spec: { backoffLimit: 0, template: { spec: { containers: [] } } },
      },
    },
  };

  it("is the Job that the platform makes by itself, which nobody's history takes away", () => {
    assert.deepEqual(rehearsalByHand(cronJob, 36), {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "rehearse-10", labels: { "app.kubernetes.io/name": "lstm-pfd-recovery" } },
      spec: {
        backoffLimit: 0,
        template: { spec: { containers: [] } },
        ttlSecondsAfterFinished: 3600,
      },
    });
  });

  it("says what it proved and what not, and never more than it was told", () => {
    const text = describeRehearsal({
      action: "rehearsed",
      headGeneration: 3,
      label: "20260101-000000F",
      databaseBytes: 2 ** 30,
      downloadSeconds: 61,
      replaySeconds: 2,
      segmentsReplayed: 4,
      lastSegment: "000000030000000000000009",
      dataAgeSeconds: 30,
      heartbeatAt: "2026-01-01T00:00:00.000Z",
      rowCounts: { experiments: 5, users: 2 },
      steps: [
        { step: "restore", state: "passed", seconds: 63 },
        { step: "prediction", state: "not rehearsed", seconds: 0, says: "it needs the application's image" },
      ],
      evidence: "s3://backups/evidence/rehearsal/20260101-042500.json",
    });
    assert.match(
      text,
      /generation 3 comes back from base backup 20260101-000000F \(1\.0 GiB, fetched in 1 min 1 s\)/,
    );
    assert.match(text, /2 tables with 7 rows; newest heartbeat 2026-01-01T00:00:00.000Z/);
    assert.match(text, /restore +passed in 1 min 3 s\n/);
    assert.match(text, /prediction +not rehearsed: it needs the application's image\n/);
    assert.match(text, /Nothing was claimed and nothing was archived.*Not rehearsed: cluster/s);
    assert.match(text, /evidence: s3:\/\/backups\/evidence\/rehearsal\/20260101-042500.json\n$/);
    assert.match(describeRehearsal({ action: "rehearsed" }), /evidence: unknown\n$/);
    assert.match(describeRehearsal(undefined), /is not known/);
  });
});

describe("what is due, for a person", () => {
  it("begins with what is overdue, and says what nobody could read", () => {
    const states = testStates([], new Date("2026-11-27T00:00:00Z"), new Date("2026-07-01T00:00:00Z"));
    assert.deepEqual(
      describeTests(states, ["s3://backups/evidence/drill/x.json: it is no object"]).split("\n"),
      [
        "model recovery       no evidence that it ever passed; OVERDUE: it was due by 2026-09-30 (2026-Q3)",
        "failover drill       no evidence that it ever passed; due by 2026-12-31 (2026-Q4)",
        "database restoration no evidence that it ever passed; next from 2027-04-01 to 2027-06-30 (2027-Q2)",
        "evidence that cannot be read, and counts for nothing: s3://backups/evidence/drill/x.json: it is no object",
        "",
      ],
    );
  });
});
