import assert from "node:assert/strict";
import { emptyBeginning } from "../../../../jobs/verification/emptyBeginning";
import type { Pod } from "../../../../jobs/verification/pods";

const restore = (result: string): Pod => ({
  name: "restore-database-x",
  component: "restore-database",
  ready: false,
  ofJob: true,
  reason: "",
  result,
});
const database = (ready: boolean): Pod => ({
  name: "lstm-pfd-postgresql-0",
  component: "postgresql",
  ready,
  ofJob: false,
  reason: "starting",
});
const dashboard: Pod = {
  name: "dashboard-x",
  component: "dashboard",
  ready: false,
  ofJob: false,
  reason: "no model",
};
const limits = { timeoutMs: 20, everyMs: 1 };
const quiet = (): undefined => undefined;

describe("a site that may begin empty", () => {
  it("has nothing to prove once its empty database is ready, whatever else is not", async () => {
    const pods = [
      [restore('{"action":"initialised","generation":1}'), dashboard],
      [restore('{"action":"initialised","generation":1}'), database(true), dashboard],
    ];
    assert.deepEqual(await emptyBeginning(limits, quiet, () => Promise.resolve(pods.shift() ?? [])), {
      ok: true,
      begunEmpty: true,
    });
  });

  for (const result of ['{"action":"restored"}', '{"action":"kept"}', ""])
    it(`is verified like any other when its restore says ${JSON.stringify(result)}`, async () => {
      const pods = [restore(result), database(true)];
      assert.equal(await emptyBeginning(limits, quiet, () => Promise.resolve(pods)), undefined);
    });

  it("fails when its database does not become ready", async () => {
    const pods = [restore('{"action":"initialised"}'), database(false)];
    await assert.rejects(
      emptyBeginning(limits, quiet, () => Promise.resolve(pods)),
      /the empty database is not ready: not ready: lstm-pfd-postgresql-0 \(starting\)/,
    );
  });
});
