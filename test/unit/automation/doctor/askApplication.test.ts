import assert from "node:assert/strict";
import { askApplication } from "../../../../automation/doctor/askApplication";
import type { Pod } from "../../../../plan/doctor/kubernetes";
import { pod } from "../../plan/doctor/samples";
import { FakeCluster } from "./fakeCluster";

const ready = pod("dashboard");
const notReady: Pod = {
  ...ready,
  status: { ...ready.status, conditions: [{ type: "Ready", status: "False" }] },
};
const health =
  "get --raw=/api/v1/namespaces/lstm-pfd/pods/http:lstm-pfd-dashboard-7c9d8b6f5d-x2x4p:8050/proxy/health";
const metrics = health.replace("health", "metrics");

describe("doctor: what the application says", () => {
  const saying = (path: string, error: string): FakeCluster => {
    const cluster = new FakeCluster();
    cluster.answers.set(path, () => {
      throw new Error(error);
    });
    return cluster;
  };
  const unreachable =
    "kubectl get: error trying to reach service: dial tcp 10.0.0.9:8050: i/o timeout (ServiceUnavailable)";

  it("is that all is well", async () => {
    assert.deepEqual(await askApplication(new FakeCluster(), [ready], "lstm-pfd"), { modelLoaded: true });
  });

  it("is that the model is not loaded", async () => {
    const cluster = new FakeCluster();
    cluster.answers.set(metrics, () => 'lstm_pfd_model_loaded{model="x"} 0\n');
    assert.deepEqual(await askApplication(cluster, [ready], "lstm-pfd"), { modelLoaded: false });
  });

  it("is that it is not healthy", async () => {
    const cluster = saying(
      health,
      "kubectl get: Error from server (ServiceUnavailable): the server is currently unable to handle the request",
    );
    const { unhealthy } = await askApplication(cluster, [notReady], "lstm-pfd");
    assert.match(unhealthy ?? "", /unable to handle the request/);
  });

  it("is taken from its readiness where no way leads to it", async () => {
    assert.deepEqual(await askApplication(saying("get --raw=", unreachable), [ready], "lstm-pfd"), {});
  });

  it("is not known where no way leads to it and it is not ready", async () => {
    await assert.rejects(
      askApplication(saying("get --raw=", unreachable), [notReady], "lstm-pfd"),
      /error trying to reach/,
    );
  });

  it("is nothing where none of it runs", async () => {
    await assert.rejects(askApplication(new FakeCluster(), [pod("worker")], "lstm-pfd"), /no dashboard runs/);
  });
});
