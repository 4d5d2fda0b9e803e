import assert from "node:assert/strict";
import { type Difference, settingsDifferences, Unknown } from "../../../../plan/aws/settingsDifferences";

const denied = new Unknown("AccessDenied: no");

describe("differences of settings", () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>, Difference[]][] = [
    ["none where all is the same", { lock: { mode: "A", days: 7 } }, { lock: { days: 7, mode: "A" } }, []],
    [
      "none where a list has another order, or is the one itself",
      { a: ["x", "y"], b: ["z"] },
      { a: ["y", "x"], b: "z" },
      [],
    ],
    ["none where only one says that there is nothing", { a: { b: undefined } }, { a: {} }, []],
    [
      "a value that differs, with both",
      { lock: { mode: "A", days: 30 } },
      { lock: { mode: "A", days: 7 } },
      [{ name: "lock", is: '{"days":30,"mode":"A"}', wanted: '{"days":7,"mode":"A"}' }],
    ],
    ["what would be made", {}, { "rule a": 1 }, [{ name: "rule a", is: "none", wanted: "1" }]],
    ["what would be taken away", { "rule a": 1 }, {}, [{ name: "rule a", is: "1", wanted: "none" }]],
    [
      "what was never set",
      { versioning: undefined },
      { versioning: "Enabled" },
      [{ name: "versioning", is: "none", wanted: '"Enabled"' }],
    ],
    [
      "what cannot be read",
      { policy: denied },
      { policy: 1 },
      [{ name: "policy", is: "unknown (AccessDenied: no)", wanted: "1" }],
    ],
    [
      "what cannot be read, even where nothing is wanted",
      { "replication ": denied },
      {},
      [{ name: "replication", is: "unknown (AccessDenied: no)", wanted: "none" }],
    ],
    [
      "a group that cannot be read, once",
      { "rule ": denied },
      { "rule a": 1, "rule b": 2 },
      [{ name: "rule", is: "unknown (AccessDenied: no)", wanted: "a 1, b 2" }],
    ],
  ];
  for (const [what, found, wanted, differences] of cases)
    it(`are ${what}`, () => {
      assert.deepEqual(
        settingsDifferences(new Map(Object.entries(found)), new Map(Object.entries(wanted))),
        differences,
      );
    });
});
