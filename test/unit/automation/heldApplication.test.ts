import assert from "node:assert/strict";
import {
  forgetHeld,
  type Held,
  hold,
  noteHeld,
  readHeld,
  release,
} from "../../../automation/heldApplication";
import { environmentOf } from "../../../automation/replaceDatabase";

/** Answers like a cluster with these objects, and remembers what it was asked. */
function cluster() {
  const calls: string[] = [];
  let held: string | undefined;
  const items = {
    deployments: [
      { metadata: { name: "lstm-pfd-dashboard" }, spec: { replicas: 3 } },
      { metadata: { name: "lstm-pfd-worker" }, spec: { replicas: 0 } },
    ],
    cronjobs: [
      { metadata: { name: "backup-database-full" }, spec: { suspend: false } },
      { metadata: { name: "expire-database" }, spec: { suspend: true } },
    ],
  };
  return {
    calls,
    call: (args: readonly string[], { input }: { input?: string } = {}): Promise<string> => {
      calls.push(args.join(" "));
      if (args[0] === "create" && input !== undefined) {
        if (held !== undefined) return Promise.reject(new Error("kubectl create: AlreadyExists"));
        held = input;
      }
      if (args[0] === "delete") held = undefined;
      if (args[1] === "configmaps") return Promise.resolve(`{"items": [${held ?? ""}]}`);
      const kind = args[1] as keyof typeof items;
      return Promise.resolve(JSON.stringify({ items: args[0] === "get" ? items[kind] : [] }));
    },
  };
}

const request = { action: "replace", wanted: "2026-01-31T02:14:59Z" } as const;

describe("an application that is held for a restore in place", () => {
  it("becomes what it was: numbers of pods, and CronJobs that were suspended already", async () => {
    const kubectl = cluster();
    const held = await noteHeld(kubectl, request, "op-1");
    assert.deepEqual(held.replicas, { "lstm-pfd-dashboard": 3, "lstm-pfd-worker": 0 });
    assert.deepEqual(held.suspended, { "backup-database-full": false, "expire-database": true });
    assert.deepEqual(await readHeld(kubectl), held);
    kubectl.calls.length = 0;
    await hold(kubectl, held, () => undefined);
    const stop = kubectl.calls.findIndex((call) =>
      call.includes("statefulset/lstm-pfd-postgresql --replicas=0"),
    );
    const pods = kubectl.calls.findIndex((call) => call.startsWith("wait --for=delete pod"));
    assert.ok(pods >= 0 && pods < stop, "the database goes last, when nobody writes any more");
    kubectl.calls.length = 0;
    await release(kubectl, held, () => undefined);
    await forgetHeld(kubectl, held);
    const said = kubectl.calls.join("\n");
    assert.match(said, /scale deployment\/lstm-pfd-dashboard --replicas=3/);
    assert.match(said, /scale deployment\/lstm-pfd-worker --replicas=0/);
    assert.match(said, /cronjob backup-database-full .*"suspend":false/);
    assert.match(said, /cronjob expire-database .*"suspend":true/);
    assert.doesNotMatch(said, /rollout status deployment\/lstm-pfd-worker/, "it had no pods");
    assert.equal(await readHeld(kubectl), undefined);
  });

  it("is held for one at a time", async () => {
    const kubectl = cluster();
    await noteHeld(kubectl, request, "op-1");
    await assert.rejects(noteHeld(kubectl, request, "op-2"), /AlreadyExists/);
    assert.equal(((await readHeld(kubectl)) as Held).operation, "op-1");
  });
});

describe("what a Job of a restore in place is told", () => {
  const none = { RESTORE_SET: "", RESTORE_TO: "", TAKE_OVER: "", PERMIT_INITIALISE: "" };
  for (const [wish, told] of [
    [request, { RESTORE_TO: "2026-01-31T02:14:59Z" }],
    [{ action: "replace", wanted: "" }, {}],
    [{ action: "replace", wanted: "set:20260131-020000F" }, { RESTORE_SET: "20260131-020000F" }],
    [{ action: "undo", wanted: "3" }, { GENERATION: "3" }],
    [{ action: "undo", wanted: "" }, { GENERATION: "" }],
  ] as const)
    it(`of ${wish.action} ${wish.wanted || "without a word"}: nothing of the stack's own settings`, () => {
      assert.deepEqual(environmentOf(wish), { ...none, ...told });
    });
});
