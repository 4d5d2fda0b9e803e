import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listPods, parsePods, podProblem } from "../../../../jobs/verification/pods";
import { type FakeApiServer, startFakeApiServer } from "../fakeApiServer";

const pod = (name: string, component: string, ready: boolean, more: object = {}) => ({
  metadata: { name, labels: { "app.kubernetes.io/component": component } },
  status: {
    phase: "Running",
    conditions: [
      { type: "Ready", status: ready ? "True" : "False", reason: ready ? undefined : "ContainersNotReady" },
    ],
  },
  ...more,
});
const problem = (items: object[], components: string[]): string | undefined =>
  podProblem(parsePods(JSON.stringify({ items })), components);

describe("pods", () => {
  it("are no problem when each component has one and all are ready", () => {
    const items = [pod("db-0", "postgresql", true), pod("dash-1", "dashboard", true)];
    assert.equal(problem(items, ["postgresql", "dashboard"]), undefined);
  });

  it("are a problem when a component has none", () => {
    assert.equal(
      problem([pod("db-0", "postgresql", true)], ["postgresql", "redis"]),
      "there is no pod of redis",
    );
    assert.equal(problem([], ["postgresql"]), "there is no pod of postgresql");
  });

  it("are a problem when any is not ready, with the reason", () => {
    const pulling = pod("dash-1", "dashboard", false, {
      status: {
        phase: "Pending",
        conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady" }],
        containerStatuses: [{ name: "dashboard", state: { waiting: { reason: "ImagePullBackOff" } } }],
      },
    });
    assert.equal(
      problem([pod("db-0", "postgresql", false), pulling], ["postgresql"]),
      "not ready: db-0 (ContainersNotReady), dash-1 (dashboard: ImagePullBackOff)",
    );
  });

  it("do not count when they belong to a Job or are on their way out", () => {
    const job = pod("backup-1", "backup", false, {
      metadata: { name: "backup-1", labels: {}, ownerReferences: [{ kind: "Job" }] },
    });
    const leaving = pod("db-old", "postgresql", false, {
      metadata: {
        name: "db-old",
        labels: { "app.kubernetes.io/component": "postgresql" },
        deletionTimestamp: "2026-01-01T00:00:00Z",
      },
    });
    assert.equal(problem([pod("db-0", "postgresql", true), job, leaving], ["postgresql"]), undefined);
    assert.equal(problem([leaving], ["postgresql"]), "there is no pod of postgresql");
  });

  it("cannot be listed outside of a pod, or without a service account", async () => {
    await assert.rejects(listPods({}), /KUBERNETES_SERVICE_HOST is not set/);
    const directory = mkdtempSync(join(tmpdir(), "account-"));
    try {
      const environment = { KUBERNETES_SERVICE_HOST: "localhost", KUBERNETES_SERVICE_PORT: "1" };
      await assert.rejects(
        listPods(environment, directory),
        /namespace cannot be read; give the Job a service account/,
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  describe("of this pod's namespace", () => {
    let fake: FakeApiServer;
    before(async () => {
      fake = await startFakeApiServer();
    });
    after(() => fake.close());
    const list = () => listPods(fake.environment, fake.account);

    it("are listed as its service account", async () => {
      fake.answer = () => ({ status: 200, body: { items: [pod("db-0", "postgresql", true)] } });
      assert.deepEqual(
        (await list()).map(({ name }) => name),
        ["db-0"],
      );
      assert.deepEqual(fake.asked.at(-1), {
        method: "GET",
        path: "/api/v1/namespaces/lstm-pfd/pods",
        authorization: "Bearer of the pod",
        body: undefined,
      });
    });

    it("are not listed without the right to, or when the API server cannot", async () => {
      fake.answer = () => ({ status: 403, body: { reason: "Forbidden" } });
      await assert.rejects(
        list(),
        /refuses to list the pods of namespace lstm-pfd \(403\); bind a role with get and list of pods/,
      );
      fake.answer = () => ({ status: 503, body: {} });
      await assert.rejects(list(), { message: "the API server answered 503" });
    });
  });
});
