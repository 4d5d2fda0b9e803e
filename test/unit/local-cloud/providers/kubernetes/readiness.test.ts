import assert from "node:assert/strict";
import type { Json, JsonObject } from "../../../../../local-cloud/providers/kubernetes/json";
import { kindFrom } from "../../../../../local-cloud/providers/kubernetes/kinds";
import { readinessCheck } from "../../../../../local-cloud/providers/kubernetes/readiness/checks";
import { failureMessage, podStatus } from "../../../../../local-cloud/providers/kubernetes/readiness/pod";
import type { Readiness } from "../../../../../local-cloud/providers/kubernetes/readiness/readiness";

interface Around {
  pods?: Json[];
  slices?: Json[];
  storageClass?: Json;
  waitedMs?: number;
}

function readinessOf(
  apiVersion: string,
  kind: string,
  live: JsonObject,
  around: Around = {},
): Promise<Readiness> {
  const check = readinessCheck(kindFrom(apiVersion, kind));
  assert.ok(check, kind);
  return Promise.resolve(
    check.check(
      { metadata: { name: "it", namespace: "site", generation: 2 }, ...live },
      {
        waitedMs: around.waitedMs ?? 0,
        list: (listed) => Promise.resolve((listed === "Pod" ? around.pods : around.slices) ?? []),
        get: () => Promise.resolve(around.storageClass),
      },
    ),
  );
}

const condition = (type: string, status: string, more: JsonObject = {}): Json => ({ type, status, ...more });
const creating: Json = {
  metadata: { name: "it-1" },
  status: {
    phase: "Pending",
    containerStatuses: [{ name: "main", state: { waiting: { reason: "ContainerCreating" } } }],
  },
};
const ended = (exitCode: number, finishedAt: string, message = ""): Json => ({
  metadata: { name: "it-2" },
  spec: { restartPolicy: "Never" },
  status: {
    phase: "Failed",
    containerStatuses: [
      { name: "main", state: { terminated: { exitCode, reason: "Error", finishedAt, message } } },
    ],
  },
});

describe("readiness", () => {
  const seen = { observedGeneration: 2 };
  const cases: [string, string, string, JsonObject, Around, Readiness["state"], RegExp?][] = [
    [
      "runs",
      "v1",
      "Pod",
      { status: { phase: "Running", conditions: [condition("Ready", "True")] } },
      {},
      "ready",
    ],
    [
      "is not ready yet",
      "v1",
      "Pod",
      { status: { phase: "Running", conditions: [condition("Ready", "False")] } },
      {},
      "waiting",
      /pod it: Running/,
    ],
    ["has succeeded", "v1", "Pod", { status: { phase: "Succeeded" } }, {}, "ready"],
    ["failed for good", "v1", "Pod", ended(3, "1", "no disk") as JsonObject, {}, "failed", /no disk/],
    [
      "is rolled out",
      "apps/v1",
      "Deployment",
      { spec: { replicas: 2 }, status: { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 } },
      {},
      "ready",
    ],
    ["is scaled to nothing", "apps/v1", "Deployment", { spec: { replicas: 0 }, status: seen }, {}, "ready"],
    [
      "is not seen by its controller",
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 1 },
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
      },
      {},
      "waiting",
    ],
    [
      "waits for a pod",
      "apps/v1",
      "Deployment",
      {
        spec: { replicas: 2, selector: { matchLabels: { app: "it" } } },
        status: { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 },
      },
      { pods: [creating] },
      "waiting",
      /1 of 2 pods available, 2 new: pod it-1: ContainerCreating/,
    ],
    [
      "has old pods",
      "apps/v1",
      "Deployment",
      { spec: { replicas: 1 }, status: { ...seen, replicas: 2, updatedReplicas: 1, availableReplicas: 2 } },
      {},
      "waiting",
      /1 old pods still there/,
    ],
    ["is paused", "apps/v1", "Deployment", { spec: { paused: true }, status: seen }, {}, "ready"],
    [
      "has all pods",
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 1 },
        status: { ...seen, readyReplicas: 1, currentRevision: "a", updateRevision: "a" },
      },
      {},
      "ready",
    ],
    [
      "has a pod of the old revision",
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 1 },
        status: { ...seen, readyReplicas: 1, currentRevision: "a", updateRevision: "b" },
      },
      {},
      "waiting",
    ],
    [
      "keeps a partition",
      "apps/v1",
      "StatefulSet",
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        status: { ...seen, readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      },
      {},
      "ready",
    ],
    [
      "runs on every node",
      "apps/v1",
      "DaemonSet",
      { status: { ...seen, desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 1 } },
      {},
      "ready",
    ],
    [
      "is complete",
      "batch/v1",
      "Job",
      { status: { conditions: [condition("Complete", "True")] } },
      {},
      "ready",
    ],
    [
      "failed with a message",
      "batch/v1",
      "Job",
      {
        status: {
          conditions: [condition("Failed", "True", { reason: "BackoffLimitExceeded", message: "too many" })],
        },
      },
      { pods: [ended(1, "2026-01-02", "wal segment 7 is missing"), ended(1, "2026-01-01", "older")] },
      "failed",
      /^wal segment 7 is missing \(BackoffLimitExceeded: too many\)$/,
    ],
    [
      "runs",
      "batch/v1",
      "Job",
      { status: { active: 1 } },
      { pods: [creating] },
      "waiting",
      /to complete: pod it-1: ContainerCreating/,
    ],
    [
      "has failed once",
      "batch/v1",
      "Job",
      { status: { active: 1, failed: 1 } },
      { pods: [ended(1, "1", "first try")] },
      "waiting",
      /1 failed \(first try\)/,
    ],
    ["is suspended", "batch/v1", "Job", { spec: { suspend: true } }, {}, "waiting", /suspended/],
    ["is bound", "v1", "PersistentVolumeClaim", { status: { phase: "Bound" } }, {}, "ready"],
    [
      "binds for the first pod only",
      "v1",
      "PersistentVolumeClaim",
      { spec: { storageClassName: "local" }, status: { phase: "Pending" } },
      { storageClass: { volumeBindingMode: "WaitForFirstConsumer" } },
      "ready",
    ],
    [
      "waits for a volume",
      "v1",
      "PersistentVolumeClaim",
      { spec: { storageClassName: "local" }, status: { phase: "Pending" } },
      { storageClass: { volumeBindingMode: "Immediate" } },
      "waiting",
      /a volume of the storage class local/,
    ],
    [
      "names a class that is not there",
      "v1",
      "PersistentVolumeClaim",
      { spec: { storageClassName: "local" }, status: { phase: "Pending" } },
      {},
      "waiting",
      /storage class local, which does not exist/,
    ],
    ["has no selector", "v1", "Service", { spec: { clusterIP: "10.0.0.1" } }, {}, "ready"],
    ["is headless", "v1", "Service", { spec: { clusterIP: "None", selector: { a: "b" } } }, {}, "ready"],
    [
      "has a pod",
      "v1",
      "Service",
      { spec: { selector: { a: "b" } } },
      { slices: [{ endpoints: [{ conditions: { ready: true } }] }] },
      "ready",
    ],
    [
      "has a pod that is not ready",
      "v1",
      "Service",
      { spec: { selector: { a: "b" } } },
      { slices: [{ endpoints: [{ conditions: { ready: false } }] }], waitedMs: 60_000 },
      "waiting",
      /1 of 1 are not/,
    ],
    ["has no pod yet", "v1", "Service", { spec: { selector: { a: "b" } } }, {}, "waiting"],
    [
      "is meant to have no pod",
      "v1",
      "Service",
      { spec: { selector: { a: "b" } } },
      { waitedMs: 10_001 },
      "ready",
    ],
    [
      "waits for an address",
      "v1",
      "Service",
      { spec: { type: "LoadBalancer" } },
      {},
      "waiting",
      /load balancer/,
    ],
    [
      "is served",
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      { status: { conditions: [condition("Established", "True")] } },
      {},
      "ready",
    ],
    ["has no token yet", "v1", "Secret", { type: "kubernetes.io/service-account-token" }, {}, "waiting"],
    ["holds what it holds", "v1", "Secret", { type: "Opaque" }, {}, "ready"],
  ];
  for (const [what, apiVersion, kind, live, around, state, reason] of cases)
    it(`is ${state} for a ${kind} that ${what}`, async () => {
      const readiness = await readinessOf(apiVersion, kind, live, around);
      assert.equal(readiness.state, state);
      if (reason) assert.match(readiness.state === "ready" ? "" : readiness.reason, reason);
    });

  it("is not asked of kinds that are ready once they exist", () => {
    for (const [apiVersion, kind] of [
      ["v1", "ConfigMap"],
      ["networking.k8s.io/v1", "Ingress"],
      ["example.com/v1", "Thing"],
    ] as const)
      assert.equal(readinessCheck(kindFrom(apiVersion, kind)), undefined);
  });
});

describe("what pods tell", () => {
  it("is why they wait, with the end before", () => {
    const crashing: Json = {
      status: {
        phase: "Running",
        containerStatuses: [
          {
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
          },
        ],
      },
    };
    assert.equal(podStatus(crashing), "CrashLoopBackOff: OOMKilled (exit code 137)");
    assert.equal(
      podStatus({
        status: {
          conditions: [condition("PodScheduled", "False", { reason: "Unschedulable", message: "no node" })],
        },
      }),
      "Unschedulable: no node",
    );
    assert.equal(podStatus({}), "not seen by a scheduler yet");
  });
  it("is the last message of failure, or how it ended", () => {
    assert.equal(failureMessage([ended(1, "1", "first"), ended(1, "2", "second")]), "second");
    assert.equal(failureMessage([ended(1, "1", "told"), ended(2, "2")]), "told");
    assert.equal(failureMessage([ended(2, "2")]), "Error (exit code 2)");
    assert.equal(failureMessage([ended(0, "2", "fine")]), undefined);
  });
});
