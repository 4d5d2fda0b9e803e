import assert from "node:assert/strict";
import { parseRestoreTarget, restoreTargetRule } from "../../../plan/restoreTarget";

describe("a restore target", () => {
  const times: [value: string, text: string][] = [
    ["2026-01-31T02:14:59Z", "2026-01-31T02:14:59.000000+00"],
    ["2026-01-31T02:14Z", "2026-01-31T02:14:00.000000+00"],
    ["2026-01-31 03:14:59+01:00", "2026-01-31T02:14:59.000000+00"],
    ["2026-01-31 03:14:59 +01", "2026-01-31T02:14:59.000000+00"],
    ["2026-01-30T21:14:59.123456-0500", "2026-01-31T02:14:59.123456+00"],
    ["2026-01-31T02:14:59.5Z", "2026-01-31T02:14:59.500000+00"],
  ];
  for (const [value, text] of times)
    it(`is the moment ${text} for ${value}`, () => {
      const target = parseRestoreTarget(value);
      assert.equal(target?.kind, "time");
      assert.equal(target.text, text);
      assert.equal(target.at.toISOString().slice(0, 19), text.slice(0, 19));
    });

  it("is a position or a name", () => {
    assert.deepEqual(parseRestoreTarget("lsn:0/3000abc"), { kind: "lsn", lsn: "0/3000ABC" });
    assert.deepEqual(parseRestoreTarget("restore-point:before-migration_7"), {
      kind: "restore-point",
      name: "before-migration_7",
    });
  });

  for (const value of [
    "",
    "yesterday",
    "2026-01-31T02:14:59",
    "2026-01-31",
    "2026-02-31T25:14:59Z",
    "02:14:59Z",
    "lsn:3000148",
    "lsn:",
    "restore-point:",
    "restore-point:two words",
    "restore-point:o'clock",
    `restore-point:${"x".repeat(64)}`,
  ])
    it(`is not ${JSON.stringify(value)}`, () => {
      assert.equal(restoreTargetRule.holds(value), false);
    });
});
