import assert from "node:assert/strict";
import { type NamespaceList, stuckJobs, stuckOthers } from "../../../plan/stuckPods";

type Item = NamespaceList["items"][number];
type Pod = Extract<Item, { kind: "Pod" }>;

const job = (status: Extract<Item, { kind: "Job" }>["status"] = {}): Item => ({
  kind: "Job",
  metadata: { name: "restore-database", annotations: { "pulumi.com/replaceUnready": "true" } },
  status,
});

const pod = (
  status: Pod["status"],
  labels: Record<string, string> = { "job-name": "restore-database" },
): Item => ({
  kind: "Pod",
  metadata: { name: "restore-database-x1", labels },
  ...(status === undefined ? {} : { status }),
});

const waiting = (reason: string, message?: string): Item =>
  pod({
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "True" }],
    containerStatuses: [
      { name: "main", state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } },
    ],
  });

const event = (kind: string, name: string, reason: string, message: string, lastTimestamp: string): Item => ({
  kind: "Event",
  type: "Warning",
  reason,
  message,
  involvedObject: { kind, name },
  lastTimestamp,
});

const mount = (message: string, time = "2026-11-01T10:00:00Z"): Item =>
  event("Pod", "restore-database-x1", "FailedMount", message, time);

describe("what of a Job of `up` does not start", () => {
  const cases: [
    what: string,
    items: Item[],
    found: [kind: string, container: string, reason: string] | undefined,
  ][] = [
    [
      "an image that cannot be pulled",
      [waiting("ErrImagePull", 'failed to resolve "r/x:1": not found')],
      ["image", "main", 'ErrImagePull: failed to resolve "r/x:1": not found'],
    ],
    [
      "the same between two tries",
      [waiting("ImagePullBackOff", 'Back-off pulling image "r/x:1"')],
      ["image", "main", 'ImagePullBackOff: Back-off pulling image "r/x:1"'],
    ],
    ["a reference that is none", [waiting("InvalidImageName")], ["image", "main", "InvalidImageName"]],
    [
      "a Secret that is missing in the environment",
      [waiting("CreateContainerConfigError", 'secret "lstm-pfd-repository-writer" not found')],
      ["configuration", "main", 'CreateContainerConfigError: secret "lstm-pfd-repository-writer" not found'],
    ],
    [
      "a Secret that is missing as a volume, by the newest warning",
      [
        waiting("ContainerCreating"),
        mount("timed out waiting for the condition"),
        mount('MountVolume.SetUp failed for volume "saved" : secret "x" not found', "2026-11-01T10:02:00Z"),
      ],
      [
        "configuration",
        "",
        'FailedMount: MountVolume.SetUp failed for volume "saved" : secret "x" not found',
      ],
    ],
    [
      "a volume that is held elsewhere",
      [
        waiting("ContainerCreating"),
        event(
          "Pod",
          "restore-database-x1",
          "FailedAttachVolume",
          "Multi-Attach error",
          "2026-11-01T10:00:00Z",
        ),
      ],
      ["volume", "", "FailedAttachVolume: Multi-Attach error"],
    ],
    [
      "a pod that no node takes",
      [
        pod({
          phase: "Pending",
          conditions: [
            {
              type: "PodScheduled",
              status: "False",
              reason: "Unschedulable",
              message: "0/1 nodes are available: 1 Insufficient memory.",
            },
          ],
        }),
      ],
      ["node", "", "Unschedulable: 0/1 nodes are available: 1 Insufficient memory."],
    ],
    [
      "a pod that may not be made",
      [
        event(
          "Job",
          "restore-database",
          "FailedCreate",
          "pods is forbidden: exceeded quota",
          "2026-11-01T10:00:00Z",
        ),
      ],
      ["noPod", "", "FailedCreate: pods is forbidden: exceeded quota"],
    ],
    ["not an image that is being pulled", [waiting("ContainerCreating")], undefined],
    ["not a pod that has just been made", [pod(undefined)], undefined],
    ["not a Job that has just been made", [], undefined],
    [
      "not a pod that works, whatever was said of it before",
      [
        pod({ phase: "Running", containerStatuses: [{ name: "main", state: {} }] }),
        mount("timed out waiting for the condition"),
      ],
      undefined,
    ],
    [
      "not a pod that has ended",
      [pod({ phase: "Failed", containerStatuses: [{ name: "main" }] })],
      undefined,
    ],
    [
      "not the warning about another pod",
      [
        waiting("ContainerCreating"),
        event("Pod", "restore-database-x2", "FailedMount", "no", "2026-11-01T10:00:00Z"),
      ],
      undefined,
    ],
  ];
  for (const [what, items, found] of cases)
    it(`is ${what}`, () => {
      const stuck = stuckJobs({ items: [job(), ...items] });
      assert.deepEqual(
        stuck.map(({ kind, container, reason }) => [kind, container, reason]),
        found === undefined ? [] : [found],
      );
      if (found !== undefined)
        assert.deepEqual(
          stuck.map((one) => [one.job, one.pod]),
          [["restore-database", found[0] === "noPod" ? "" : "restore-database-x1"]],
        );
    });

  it("is a Job whose pods all had no credentials, after some of them", () => {
    const message = "restore-database: no credentials yet: this pod was admitted before it";
    const without = (count: number): Item => ({
      kind: "Pod",
      metadata: { name: `restore-database-x${count}`, labels: { "job-name": "restore-database" } },
      status: {
        phase: "Failed",
        containerStatuses: [{ name: "main", state: { terminated: { exitCode: 75, message } } }],
      },
    });
    const pods = [1, 2, 3, 4, 5, 6].map(without);
    assert.deepEqual(stuckJobs({ items: [job(), ...pods] }), []);
    assert.deepEqual(stuckJobs({ items: [job(), ...pods, without(7)] }), [
      {
        job: "restore-database",
        pod: "restore-database-x7",
        container: "main",
        kind: "credentials",
        reason: message,
      },
    ]);
  });

  it("is nothing of a Job that has ended, or that nobody waits for", () => {
    const failed = job({ conditions: [{ type: "Failed", status: "True" }] });
    assert.deepEqual(stuckJobs({ items: [failed, waiting("ErrImagePull", "no")] }), []);
    const ofCronJob: Item = { kind: "Job", metadata: { name: "restore-database" } };
    assert.deepEqual(stuckJobs({ items: [ofCronJob, waiting("ErrImagePull", "no")] }), []);
  });

  it("is told of the application's pods apart, which are of no Job", () => {
    const ofApplication = pod(
      {
        phase: "Running",
        containerStatuses: [
          { name: "beat", state: {} },
          { name: "dashboard", state: { waiting: { reason: "ImagePullBackOff", message: "Back-off" } } },
        ],
      },
      { app: "lstm-pfd" },
    );
    const items = [job(), waiting("ErrImagePull", "no"), ofApplication];
    assert.deepEqual(stuckOthers({ items }), [
      {
        pod: "restore-database-x1",
        container: "dashboard",
        kind: "image",
        reason: "ImagePullBackOff: Back-off",
      },
    ]);
  });
});
