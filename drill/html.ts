import { formatSeconds, NOT_MEASURED, orNotMeasured } from "./format";
import type { DrillReport } from "./report";

/** The report as one HTML file that needs nothing else: no script, no font, no address. */
export function drillHtml(report: DrillReport): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drill ${report.outcome}</title></head>
<body><h1>Drill ${report.outcome}</h1>
<p>RTO ${orNotMeasured(report.rto.seconds, formatSeconds)}, RPO ${orNotMeasured(report.rpo.seconds, formatSeconds)}</p>
<p>${report.failedChecks.length === 0 ? "" : NOT_MEASURED}</p></body></html>
`;
}
