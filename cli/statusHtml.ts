import { html, Markup } from "../drill/page/markup";
import { style } from "../drill/page/style";
import type { Finding, Severity } from "../plan/status/findings";
import type { Objectives } from "../plan/status/objectives";
import type { StatusReport } from "../plan/status/report";
import { allSafe, contextText, severityWords } from "../plan/status/reportText";
import { type Section, sectionsOf } from "../plan/status/sections";

/** The status as one HTML file that needs nothing else, in the look of a drill's report: no script, no font, no address. */
export function statusHtml(report: StatusReport, objectives: Objectives): string {
  const { verdict, findings, facts } = report;
  const sections = sectionsOf(facts, objectives, findings);
  const word = severityWords[verdict];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${word}: backups of ${facts.stack ?? facts.bucket.address}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <main>
          <header class="verdict ${verdict === "safe" ? "passed" : "failed"}">
            <p class="kind">Backups of ${facts.stack ?? "a vault"}</p>
            <h1>${word}</h1>
            ${findings.length === 0 ? html`<p class="lead">${allSafe}</p>` : findings.map(findingMarkup)}
            <p class="meta">${contextText(facts)}</p>
          </header>
          ${sections.map(sectionMarkup)}
          <footer>
            What could not be read is unknown, and never safe. The window is by the listing: whether a
            repository opens, a rehearsal says.
          </footer>
        </main>
      </body>
    </html> `.text;
}

function findingMarkup({ severity, what, remedy }: Finding): Markup {
  return html`<p class="lead">${badge(severity)} ${what}</p>
    <p class="note">What to do: ${remedy}</p>`;
}

function sectionMarkup({ title, state, rows }: Section): Markup {
  return html`<section>
    <h2>${title} ${state === undefined ? undefined : badge(state)}</h2>
    <table class="plain">
      <tbody>
        ${rows.map(
          ([label, text]) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td>${text}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** A colour says no more than the word. */
function badge(severity: Severity): Markup {
  const isGood = severity === "safe" || severity === "warning";
  return html`<span class="badge ${isGood ? "ok" : "bad"}">${severityWords[severity]}</span>`;
}
