import assert from "node:assert/strict";
import { isReading, readingCommands, readingOnly } from "../../../../automation/doctor/reading";

const looking: string[][] = [
  ["get", "pods", "--output=json"],
  ["get", "deployments,statefulsets", "--output=json", "--show-managed-fields"],
  ["get", "secrets", "--selector=owner=helm", "--label-columns=name,status", "--no-headers"],
  ["get", "configmap", "lstm-pfd-held", "--output=json"],
  ["get", "--raw=/readyz"],
  ["get", "--raw=/api/v1/nodes/node-a/proxy/stats/summary"],
  ["get", "--raw=/api/v1/namespaces/lstm-pfd/pods/http:p:8050/proxy/health"],
  ["describe", "pod", "p"],
  ["logs", "p", "--container=c", "--previous"],
  ["version", "--output=json"],
  ["auth", "can-i", "get", "pods"],
  [...readingCommands.archiver],
  [...readingCommands.volume],
];

const refused: string[][] = [
  [],
  ["delete", "pod", "p"],
  ["patch", "cronjob", "c", "--type=merge", "--patch={}"],
  ["scale", "deployment/d", "--replicas=0"],
  ["create", "--filename=-"],
  ["apply", "-f", "x"],
  ["rollout", "undo", "deployment", "d"],
  ["cordon", "n"],
  ["drain", "n"],
  ["cp", "a", "b"],
  ["port-forward", "p", "1:2"],
  ["auth", "reconcile", "-f", "x"],
  ["get", "--filename=x"],
  ["get", "pods", "--watch"],
  ["logs", "p", "--follow"],
  ["get", "secrets", "--output=json"],
  ["get", "secret", "lstm-pfd-secrets", "-o", "yaml"],
  ["get", "secrets,pods"],
  ["get", "secret/lstm-pfd-secrets", "-ojsonpath={.data}"],
  ["get", "all"],
  ["describe", "secret", "s"],
  ["get", "--raw=/api/v1/namespaces/lstm-pfd/secrets"],
  ["get", "--raw", "/api/v1/secrets"],
  ["get", "--raw=/api/v1/namespaces/x/pods/http:p:8050/proxy/predict"],
  ["exec", "statefulset/lstm-pfd-postgresql", "--", "sh", "-c", "true"],
  [...readingCommands.archiver.slice(0, -1), "--command=drop table x"],
  [...readingCommands.archiver, "--command=drop table x"],
  [...readingCommands.volume, "/etc"],
];

describe("doctor: kubectl that only looks", () => {
  for (const words of looking)
    it(`calls ${words.slice(0, 4).join(" ")}`, async () => {
      assert.ok(isReading(words));
      const answer = await readingOnly({ call: () => Promise.resolve("answer") }).call(words);
      assert.equal(answer, "answer");
    });

  for (const words of refused)
    it(`refuses ${words.join(" ").slice(-70)}, and does not call it`, async () => {
      let called = false;
      const kubectl = readingOnly({
        call: () => {
          called = true;
          return Promise.resolve("");
        },
      });
      await assert.rejects(kubectl.call(words), /doctor only looks/);
      assert.equal(called, false);
    });

  it("refuses what comes with an input", async () => {
    const kubectl = readingOnly({ call: () => Promise.resolve("") });
    await assert.rejects(kubectl.call(["get", "pods"], { input: "{}" }), /doctor only looks/);
  });

  it("asks the database in a session that cannot write", () => {
    const words = readingCommands.archiver.join(" ");
    assert.match(words, /default_transaction_read_only=on/);
    assert.doesNotMatch(
      words,
      /\b(?:insert|update|delete|drop|alter|create|copy|pg_switch_wal|pg_terminate)/i,
    );
  });
});
