import assert from "node:assert/strict";
import { dumpLayout, dumpName, dumpTime, wantedDumpRule } from "../../../plan/dumpNames";

describe("names of dumps", () => {
  it("carry their time", () => {
    const time = new Date("2026-01-15T02:03:04.567Z");
    assert.equal(dumpName(time), "backup-2026-01-15-020304");
    assert.equal(dumpTime("backup-2026-01-15-020304")?.toISOString(), "2026-01-15T02:03:04.000Z");
  });

  for (const [name, layout, mayBeWanted] of [
    ["backup-2026-01-15-020304", "own", true],
    ["backup-2026-01-15.sql.gz", "plain", true],
    ["backup-2026-01-15", undefined, true],
    ["backup-2026-02-30-020304", undefined, false],
    ["backup-2026-01-15-250000", undefined, false],
    ["backup-2026-01-15-020304/manifest.json", undefined, false],
    ["backup-2026-01-15.sql.gz.partial", undefined, false],
    ["../wal", undefined, false],
    ["", undefined, false],
  ] as const)
    it(`"${name}" is ${layout === undefined ? "no dump" : `one of the ${layout} layout`}`, () => {
      assert.equal(dumpLayout(name), layout);
      assert.equal(wantedDumpRule.holds(name), mayBeWanted);
    });
});
