import assert from "node:assert/strict";
import { removeFailedFirstBackup } from "../../../automation/failedFirstBackup";

describe("a first backup that was left", () => {
  const cases: [string, object[], boolean][] = [
    ["has failed", [{ status: { conditions: [{ type: "Failed", status: "True" }] } }], true],
    ["still runs", [{ status: { active: 1 } }], false],
    ["has just begun", [{}], false],
    ["is done", [{ status: { conditions: [{ type: "Complete", status: "True" }] } }], false],
    ["is not there", [], false],
  ];
  for (const [what, items, removed] of cases)
    it(`is ${removed ? "removed, and so taken again," : "left alone"} when it ${what}`, async () => {
      const calls: string[] = [];
      const call = (args: readonly string[]): Promise<string> => {
        calls.push(args.slice(0, 2).join(" "));
        return Promise.resolve(args[0] === "get" ? JSON.stringify({ items }) : "");
      };
      assert.equal(await removeFailedFirstBackup({ call }), removed);
      assert.deepEqual(calls, ["get jobs", ...(removed ? ["delete job"] : [])]);
    });
});
