import assert from "node:assert/strict";
import { OperationError } from "../../../automation/operation";
import { explain } from "../../../automation/watchPods";
import { patience } from "../../../plan/patience";
import { PodWatch } from "../../../plan/podWatch";
import type { NamespaceList, Stuck } from "../../../plan/stuckPods";

const minute = 60_000;
const stuck = (reason: string, pod = "restore-models-1", kind: Stuck["kind"] = "image"): Stuck => ({
  job: "restore-models",
  pod,
  container: kind === "node" ? "" : "restore-models",
  kind,
  reason,
});

describe("patience with what does not start", () => {
  it("lasts minutes, begins anew when it has passed, and tells the longest reason", () => {
    const patient = patience();
    assert.deepEqual(patient.judge([stuck("ErrImagePull: r/x:1 was not found")], 0), []);
    assert.deepEqual(patient.judge([], minute), []);
    assert.deepEqual(patient.judge([stuck("ErrImagePull: r/x:1 was not found")], 2 * minute), []);
    assert.deepEqual(patient.judge([stuck("ImagePullBackOff")], 4.9 * minute), []);
    const [verdict] = patient.judge([stuck("ImagePullBackOff", "restore-models-2")], 5 * minute);
    assert.match(
      verdict?.sentence ?? "",
      /^pod restore-models-2, container restore-models: ErrImagePull: r\/x:1 was not found \(for 3 min\); check the image's reference .*; then run the same command again$/,
    );
  });

  for (const [kind, lasts] of Object.entries({ configuration: 3, noPod: 3, volume: 10, node: 10 }))
    it(`is ${lasts} minutes for ${kind}`, () => {
      const patient = patience();
      const item = stuck("no", "p", kind as Stuck["kind"]);
      assert.equal(patient.judge([item], 0).length, 0);
      assert.equal(patient.judge([item], lasts * minute - 1).length, 0);
      assert.equal(patient.judge([item], lasts * minute).length, 1);
    });
});

/** A cluster in which the image of a Job cannot be pulled, and kubectl on it. */
function cluster(reason: string | undefined): {
  calls: string[][];
  call: (args: readonly string[]) => Promise<string>;
} {
  const calls: string[][] = [];
  const items: NamespaceList["items"] = [
    {
      kind: "Job",
      metadata: { name: "restore-models", annotations: { "pulumi.com/replaceUnready": "true" } },
    },
    {
      kind: "Pod",
      metadata: { name: "restore-models-1", labels: { "job-name": "restore-models" } },
      status: {
        phase: reason === undefined ? "Running" : "Pending",
        containerStatuses: [
          { name: "restore-models", state: reason === undefined ? {} : { waiting: { reason } } },
        ],
      },
    },
    {
      kind: "Pod",
      metadata: { name: "dashboard-1", labels: {} },
      status: {
        phase: "Pending",
        containerStatuses: [{ name: "dashboard", state: { waiting: { reason: "ImagePullBackOff" } } }],
      },
    },
  ];
  return {
    calls,
    call: (args) => {
      calls.push([...args]);
      return Promise.resolve(JSON.stringify({ items }));
    },
  };
}

describe("the watch of the pods during `up`", () => {
  const look = async (reason: string | undefined, times: number[]) => {
    const kubectl = cluster(reason);
    let now = 0;
    const watch = new PodWatch(kubectl.call, { patience: patience(), now: () => now });
    for (now of times) await watch.look();
    return { watch, patches: kubectl.calls.filter(([verb]) => verb === "patch") };
  };

  it("ends a Job that cannot start, once, by its deadline", async () => {
    const { patches } = await look("ErrImagePull", [0, 3 * minute, 4 * minute]);
    assert.deepEqual(patches, [
      ["patch", "job", "restore-models", "--type=merge", '--patch={"spec":{"activeDeadlineSeconds":1}}'],
    ]);
  });

  it("never ends a Job that works, for however many hours", async () => {
    const { patches } = await look(undefined, [0, 60 * minute, 11 * 60 * minute]);
    assert.deepEqual(patches, []);
  });

  it("gives the cause in place of the deadline", async () => {
    const { watch } = await look("ErrImagePull", [0, 3 * minute]);
    const error = new OperationError("up", "prod", [
      {
        resource: "recovery-models",
        message: "[DeadlineExceeded] Job was active longer than specified deadline",
      },
      { resource: "other", message: "something else" },
    ]).explained((problems) => explain(watch, problems));
    assert.match(
      error.message,
      /^up of stack prod failed:\n {2}restore-models: pod restore-models-1, container restore-models: ErrImagePull \(for 3 min\); [^\n]*\n {2}other: something else$/,
    );
  });

  it("names the application's pods when the release has waited for them in vain, and only then", async () => {
    const { watch } = await look(undefined, [0]);
    const waited = { resource: "application", message: "context deadline exceeded" };
    assert.deepEqual(explain(watch, [waited]), [
      waited,
      { resource: "", message: "pod dashboard-1, container dashboard: ImagePullBackOff" },
    ]);
    const other = { resource: "application", message: "the chart is invalid" };
    assert.deepEqual(explain(watch, [other]), [other]);
  });

  it("gives no verdict on an API server that does not answer, nor on a Job that it could not end", async () => {
    let answers = true;
    const kubectl = cluster("ErrImagePull");
    const call = (args: readonly string[]): Promise<string> =>
      answers || args[0] !== "patch" ? kubectl.call(args) : Promise.reject(new Error("connection refused"));
    let now = 0;
    const watch = new PodWatch(call, { patience: patience(), now: () => now });
    await watch.look();
    now = 3 * minute;
    answers = false;
    await assert.rejects(watch.look(), /connection refused/);
    assert.deepEqual(watch.ended, []);
    answers = true;
    assert.deepEqual(
      (await watch.look()).map(({ job }) => job),
      ["restore-models"],
    );
    assert.deepEqual(await watch.look(), []);
  });
});
