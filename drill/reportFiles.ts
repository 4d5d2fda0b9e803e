import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drillHtml } from "./html";
import { reportJson } from "./report";
import type { DrillReport } from "./reportSchema";

/** Where the reports of drills go. */
export interface ReportDirectories {
  /** Holds the report of the latest drill, as JSON and as a page. */
  latest: string;
  /** Holds the reports of all drills, also those whose bucket has gone with them. */
  history: string;
}

/**
 * Writes a report for programs and for the eye, and keeps a copy of it.
 * @returns path of the copy
 */
export async function writeReport(
  report: DrillReport,
  { latest, history }: ReportDirectories,
): Promise<string> {
  const json = reportJson(report);
  await writeFile(join(latest, "drill-report.json"), json);
  await writeFile(join(latest, "drill-report.html"), drillHtml(report));
  await mkdir(history, { recursive: true, mode: 0o700 });
  const copy = join(history, `${report.drillId}.json`);
  await writeFile(copy, json);
  return copy;
}
