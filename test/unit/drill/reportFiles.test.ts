import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drillReport, reportJson } from "../../../drill/report";
import { writeReport } from "../../../drill/reportFiles";
import { failedFindings, passedFindings } from "./sample";

describe("files of a drill's report", () => {
  it("show the latest drill, and keep every one", async () => {
    const latest = mkdtempSync(join(tmpdir(), "drill-report-"));
    const history = join(latest, "drills");
    try {
      const passed = drillReport(passedFindings());
      const failed = drillReport({ ...failedFindings(), drillId: "drill-later" });
      const first = await writeReport(passed, { latest, history });
      const second = await writeReport(failed, { latest, history });
      assert.equal(readFileSync(first, "utf8"), reportJson(passed));
      assert.equal(readFileSync(second, "utf8"), reportJson(failed));
      assert.equal(readFileSync(join(latest, "drill-report.json"), "utf8"), reportJson(failed));
      assert.match(readFileSync(join(latest, "drill-report.html"), "utf8"), /drill-later/);
      assert.deepEqual(readdirSync(history).sort(), [`${passed.drillId}.json`, "drill-later.json"]);
    } finally {
      rmSync(latest, { recursive: true });
    }
  });
});
