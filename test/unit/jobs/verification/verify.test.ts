import assert from "node:assert/strict";
import { Failure } from "../../../../lib/failure";
import { targetOf } from "../../../../jobs/verification/target";
import { type Probes, type VerificationPlan, verifySystem } from "../../../../jobs/verification/verify";

const plan: VerificationPlan = {
  application: targetOf("http://dashboard:8050", "", ""),
  database: { host: "db", port: 5432, user: "u", password: "p", database: "d" },
  nonce: "n-1",
  maxHeartbeatAgeSeconds: 100,
  components: ["postgresql"],
  timeoutMs: 20,
  everyMs: 1,
};
const healthy: Probes = {
  listPods: () =>
    Promise.resolve([
      { name: "db-0", component: "postgresql", ready: true, ofJob: false, reason: "" },
      { name: "job-1", component: undefined, ready: false, ofJob: true, reason: "" },
    ]),
  checkCertificate: () =>
    Promise.resolve({ serialNumber: "0A", issuer: "LSTM-PFD", validTo: "2027-01-01T00:00:00.000Z" }),
  checkHealth: () => Promise.resolve(),
  checkModelLoaded: () => Promise.resolve(),
  checkPrediction: () => Promise.resolve({ answer: "{}", nonce: "n-1", modelSha256: "s" }),
  checkDatabase: () =>
    Promise.resolve({ rowCounts: { experiments: 3 }, heartbeatAgeSeconds: 4, timeline: "00000002" }),
};
const verify = (changes: Partial<Probes> = {}, planned: Partial<VerificationPlan> = {}) =>
  verifySystem({ ...plan, ...planned }, () => undefined, { ...healthy, ...changes });

describe("verification of the system", () => {
  it("proves what it looked at", async () => {
    const report = await verify();
    assert.equal(report.ok, true);
    assert.deepEqual(Object.keys(report.checks), [
      "pods ready",
      "health",
      "model loaded",
      "prediction",
      "database",
    ]);
    assert.deepEqual(report.pods, ["db-0"]);
    assert.deepEqual(report.rowCounts, { experiments: 3 });
    assert.equal(report.heartbeatAgeSeconds, 4);
    assert.equal(report.nonce, "n-1");
    assert.equal(report.modelSha256, "s");
    assert.equal(report.certificate, undefined);
  });

  it("says what the restore gave up", async () => {
    const givenUp = {
      after: "000000010000000000000004",
      lastSecond: "2026-01-01T00:04:00.000Z",
      missing: "000000010000000000000005",
      missingSegments: 1,
      beyond: { segments: 2, last: "000000010000000000000007", archivedAt: "2026-01-01T00:07:00.000Z" },
    };
    const result = `{"action":"restored","givenUp":${JSON.stringify(givenUp)},"rowCounts":{"cut…`;
    const pod = { name: "j", component: "restore-database", ready: false, ofJob: true, reason: "", result };
    const said: string[] = [];
    const report = await verifySystem(plan, (line) => said.push(line), {
      ...healthy,
      listPods: async () => [...(await healthy.listPods()), pod],
    });
    assert.deepEqual(report.givenUp, givenUp);
    assert.ok(said.some((line) => line.startsWith("given up on purpose: everything committed after 2026-")));
    assert.ok(!("givenUp" in (await verify())));
  });

  it("looks at the certificate where the application has one", async () => {
    const application = targetOf("https://lstm-pfd.example.com", "ingress", "");
    const report = await verify({}, { application });
    assert.ok("certificate" in report.checks);
    assert.equal(report.certificate?.serialNumber, "0A");
    await assert.rejects(
      verify({ checkCertificate: () => Promise.reject(new Error("unable to verify")) }, { application }),
      /check "certificate" failed: unable to verify/,
    );
  });

  const failures: [string, Partial<Probes>, RegExp][] = [
    ["pods ready", { listPods: () => Promise.resolve([]) }, /no pod of postgresql/],
    ["health", { checkHealth: () => Promise.reject(new Error("answered 503")) }, /answered 503/],
    ["model loaded", { checkModelLoaded: () => Promise.reject(new Error("is 0")) }, /is 0/],
    [
      "prediction",
      { checkPrediction: () => Promise.resolve({ answer: "", nonce: "n-0", modelSha256: undefined }) },
      /nonce n-0 instead of n-1/,
    ],
    [
      "prediction",
      { checkPrediction: () => Promise.resolve({ answer: "", nonce: undefined, modelSha256: undefined }) },
      /nonce \(none\) instead of n-1/,
    ],
    [
      "database",
      { checkDatabase: () => Promise.reject(new Error("no row named drill-nonce-n-1")) },
      /drill-nonce-n-1/,
    ],
  ];
  for (const [check, changes, reason] of failures)
    it(`names the check "${check}" when it fails (${reason.source})`, async () => {
      await assert.rejects(verify(changes), (error: Error) => {
        assert.ok(error instanceof Failure);
        assert.ok(error.message.startsWith(`check "${check}" failed: `));
        assert.match(error.message, reason);
        return true;
      });
    });

  it("waits for what is not there yet", async () => {
    let count = 0;
    const report = await verify(
      { checkHealth: () => ((count += 1) < 3 ? Promise.reject(new Error("starting")) : Promise.resolve()) },
      { timeoutMs: 5_000 },
    );
    assert.equal(report.ok, true);
    assert.equal(count, 3);
  });

  it("does not wait for what only a person can fix", async () => {
    let count = 0;
    const listPods = (): Promise<never> => {
      count += 1;
      return Promise.reject(new Failure("the API server refuses", "bind a role"));
    };
    await assert.rejects(verify({ listPods }, { timeoutMs: 60_000 }), /the API server refuses; bind a role/);
    assert.equal(count, 1);
  });

  it("does not ask for a nonce that no drill expects", async () => {
    const report = await verify(
      { checkPrediction: () => Promise.resolve({ answer: "", nonce: undefined, modelSha256: undefined }) },
      { nonce: "" },
    );
    assert.equal(report.nonce, null);
  });
});
