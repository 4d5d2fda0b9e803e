import { formatSeconds, orNotMeasured } from "./format";
import { gantt } from "./page/gantt";
import { lossPicture } from "./page/lossPicture";
import { html, Markup } from "./page/markup";
import { style } from "./page/style";
import { checks, data, phases, versions } from "./page/tables";
import { figures, verdict } from "./page/verdict";
import type { DrillReport } from "./reportSchema";

/** The report as one HTML file that needs nothing else: no script, no font, no address. */
export function drillHtml(report: DrillReport): string {
  const rto = orNotMeasured(report.rto.seconds, formatSeconds);
  const rpo = orNotMeasured(report.rpo.seconds, formatSeconds);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Recovery drill ${report.outcome}: RTO ${rto}, RPO ${rpo}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          ${verdict(report)} ${figures(report)} ${lossPicture(report)} ${gantt(report)} ${phases(report)}
          ${data(report)} ${checks(report)} ${versions(report)}
          <footer>
            Drill ${report.drillId}, nonce ${report.nonce}, report schema ${report.schemaVersion}. A figure is
            shown only where it was measured.
          </footer>
        </main>
      </body>
    </html> `.text;
}
