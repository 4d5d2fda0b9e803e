import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastReport } from "../../../../jobs/database/lastReport";

describe("the report of the last restore", () => {
  let directory: string;
  let recoveryReport: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "last-report-"));
    recoveryReport = join(directory, "recovery.json");
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it("is read, and empty where there was no restore", () => {
    assert.deepEqual(lastReport({ recoveryReport }), {});
    writeFileSync(recoveryReport, '{"generation": 3}');
    assert.deepEqual(lastReport({ recoveryReport }), { generation: 3 });
  });

  it("is refused when it is damaged or cannot be read, and not taken for none", () => {
    writeFileSync(recoveryReport, '{"generation": ');
    assert.throws(
      () => lastReport({ recoveryReport }),
      /recovery\.json cannot be understood: .*look at what is/s,
    );
    rmSync(recoveryReport);
    mkdirSync(recoveryReport);
    assert.throws(() => lastReport({ recoveryReport }), /EISDIR/);
  });
});
