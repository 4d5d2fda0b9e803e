import assert from "node:assert/strict";
import {
  archiverIn,
  archiverStatement,
  cronJobsIn,
  failedIn,
  notKept,
  uidIn,
} from "../../../automation/platformFacts";
import type { SavedSecret } from "../../../plan/savedSecrets";

describe("what a living platform tells", () => {
  it("are its CronJobs, suspended or not", () => {
    const items = [
      { metadata: { name: "a" }, spec: { suspend: true } },
      { metadata: { name: "b" }, spec: {}, status: { lastSuccessfulTime: "2026-01-31T02:10:00Z" } },
    ];
    assert.deepEqual(cronJobsIn(JSON.stringify({ items })), [
      { name: "a", suspended: true },
      { name: "b", suspended: false, lastSuccess: "2026-01-31T02:10:00Z" },
    ]);
  });

  const job = (name: string, owner: string | undefined, created: string, failed: boolean) => ({
    metadata: {
      name,
      creationTimestamp: created,
      ...(owner === undefined ? {} : { ownerReferences: [{ kind: "CronJob", name: owner }] }),
    },
    status: {
      conditions: [
        { type: "Complete", status: failed ? "False" : "True" },
        ...(failed ? [{ type: "Failed", status: "True", lastTransitionTime: `${created}, later` }] : []),
      ],
    },
  });

  it("are runs that have failed, where none has succeeded since", () => {
    const items = [
      job("dump-2", "dump", "2026-01-31T02:00:00Z", true),
      job("dump-1", "dump", "2026-01-30T02:00:00Z", false),
      job("models-1", "models", "2026-01-30T03:00:00Z", true),
      job("models-2", "models", "2026-01-31T03:00:00Z", false),
      job("verify", undefined, "2026-01-31T03:00:00Z", true),
    ];
    assert.deepEqual(failedIn(JSON.stringify({ items })), [
      { cronJob: "dump", job: "dump-2", at: "2026-01-31T02:00:00Z, later" },
    ]);
  });

  it("is how its archiver does", () => {
    const line =
      '{"archivedCount" : 12, "failedCount" : 1, "lastArchivedAt" : "2026-01-31T06:29:18Z", "lastFailedAt" : null, "lastFailedSegment" : null}\n';
    assert.deepEqual(archiverIn(line), {
      archivedCount: 12,
      failedCount: 1,
      lastArchivedAt: "2026-01-31T06:29:18Z",
    });
    assert.throws(() => archiverIn("{}"), /how many segments/);
    assert.match(archiverStatement, /from pg_stat_archiver;$/);
  });

  it("is the uid of its namespace", () => {
    assert.equal(uidIn('{"metadata":{"uid":"u"}}'), "u");
    assert.throws(() => uidIn("{}"), /no uid/);
  });

  it("are certificates that the kit does not hold as they are", () => {
    const secret = (name: string, certificate: string): SavedSecret => ({
      ...{ name, namespace: "lstm-pfd", type: "kubernetes.io/tls", labels: {}, annotations: {} },
      data: { "tls.crt": certificate },
    });
    const found = [secret("same", "a"), secret("renewed", "b"), secret("new", "c")];
    assert.deepEqual(notKept(found, [secret("same", "a"), secret("renewed", "a"), secret("gone", "x")]), {
      state: "read",
      value: ["lstm-pfd/renewed", "lstm-pfd/new"],
    });
    assert.equal(notKept(found, undefined).state, "not asked");
  });
});
