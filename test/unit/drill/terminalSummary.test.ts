import assert from "node:assert/strict";
import { drillReport } from "../../../drill/report";
import type { DrillFindings } from "../../../drill/reportSchema";
import { terminalSummary } from "../../../drill/terminalSummary";
import { failedFindings, passedFindings } from "./sample";

const ESCAPE = "\u001b";

describe("summary for the terminal", () => {
  const manyFailures: DrillFindings = {
    ...failedFindings(),
    checks: Array.from({ length: 30 }, (_, index) => ({
      name: `check ${index}`,
      expected: "x".repeat(200),
      seen: "y",
      ok: false,
    })),
    error: "word ".repeat(400),
  };
  for (const [name, findings] of [
    ["passed", passedFindings()],
    ["failed", failedFindings()],
    ["failed in every way", manyFailures],
  ] as const)
    for (const width of [60, 80, 100])
      it(`of a drill that ${name} fits ${width} columns and 40 lines`, () => {
        const lines = terminalSummary(drillReport(findings), { width }).trimEnd().split("\n");
        assert.ok(lines.length <= 40, `${lines.length} lines`);
        for (const line of lines) assert.ok(line.length <= width, line);
      });

  it("shows the figures against their objectives", () => {
    const text = terminalSummary(drillReport(passedFindings()));
    assert.match(text, /^DRILL PASSED/);
    assert.match(text, /Recovery time \(RTO\) +2 min 41 s; objective 4 min, met\n/);
    assert.match(
      text,
      /Data loss \(RPO\) +25\.2 s; objective 1 min, met\n +252 acknowledged rows lost, nothing older/,
    );
    assert.match(text, /57\.1 s \* restore-database/);
    assert.match(text, /Checks +11 of 11 hold/);
    assert.ok(!text.includes("FAILED") && !text.includes("not measured"));
  });

  it("says what stopped it, whole, and what could not be measured", () => {
    const text = terminalSummary(drillReport(failedFindings()));
    assert.match(text, /^DRILL FAILED/);
    const joined = text.replace(/\n {10,}/g, "");
    assert.ok(joined.includes("base/16385/16423.gz"), text);
    assert.match(text, /Recovery time \(RTO\) +not measured; objective 4 min, not proven\n/);
    assert.match(text, /FAILED +not measured: recovery time \(RTO\), data loss \(RPO\)/);
    assert.ok(!/\b0 s\b/.test(text));
  });

  it("is coloured only where that was asked for", () => {
    const report = drillReport(passedFindings());
    assert.ok(!terminalSummary(report).includes(ESCAPE));
    assert.ok(terminalSummary(report, { colour: true }).startsWith(`${ESCAPE}[32mDRILL PASSED`));
    assert.ok(
      terminalSummary(drillReport(failedFindings()), { colour: true }).startsWith(
        `${ESCAPE}[31mDRILL FAILED`,
      ),
    );
  });
});
