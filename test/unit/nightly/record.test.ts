import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NightlyRecord, nightlyTable, type PartResult } from "../../nightly/record";

const passed: PartResult = {
  passed: true,
  reason: "",
  seconds: 1290,
  finishedAt: "2026-11-26T02:05:59.000Z",
  figures: ["190 passed, 0 failed", "drill: RTO 65.2 s, RPO 0.3 s"],
};

describe("record of the nightly suite", () => {
  let directory = "";
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "nightly-"))));
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("keeps the last result of each part", () => {
    const record = new NightlyRecord(join(directory, "commit"));
    assert.equal(record.read({ name: "e2e" }), undefined);
    record.write({ name: "e2e" }, { ...passed, passed: false, reason: "exit code 1" });
    record.write({ name: "e2e" }, passed);
    assert.deepEqual(new NightlyRecord(join(directory, "commit")).read({ name: "e2e" }), passed);
    assert.equal(new NightlyRecord(join(directory, "other")).read({ name: "e2e" }), undefined);
  });

  it("is shown with outcome, time and figures of each part", () => {
    const results: Record<string, PartResult> = {
      e2e: passed,
      unit: { ...passed, passed: false, reason: "exit code 1", seconds: 50, figures: [] },
    };
    const parts = [{ name: "unit" }, { name: "e2e" }, { name: "long" }];
    assert.equal(
      nightlyTable(parts, { read: ({ name }) => results[name] }),
      [
        "unit  FAILED (exit code 1) in 50 s, 2026-11-26 02:05 UTC",
        "e2e   passed in 21 min 30 s, 190 passed, 0 failed, drill: RTO 65.2 s, RPO 0.3 s, 2026-11-26 02:05 UTC",
        "long  not run",
        "",
      ].join("\n"),
    );
  });
});
