import { formatCount, formatSeconds, formatTime, NOT_MEASURED, orNotMeasured } from "../format";
import type { Check, DrillReport, RecoveryPoint, RecoveryTime } from "../reportSchema";
import { html, type Markup } from "./markup";

/** The top of the page: what came out, in one sentence and two figures. */
export function verdict(report: DrillReport): Markup {
  const passed = report.outcome === "passed";
  return html`<header class="verdict ${report.outcome}">
    <p class="kind">
      Recovery drill <span class="badge ${passed ? "ok" : "bad"}">${passed ? "✓ passed" : "✗ failed"}</span>
    </p>
    <h1>${passed ? headline(report.rpo) : "This drill has failed."}</h1>
    ${sentences(report)}
    <p class="meta">
      ${formatTime(report.startedAt)}, took ${formatSeconds(report.seconds)}; drill ${report.drillId}
    </p>
  </header>`;
}

function headline({ rowsLost, seconds }: RecoveryPoint): string {
  if (rowsLost === 0) return "Everything came back.";
  return `All but the last ${orNotMeasured(seconds, formatSeconds)} came back.`;
}

function sentences(report: DrillReport): Markup {
  if (report.outcome === "passed")
    return html`<p class="lead">
      The site was destroyed while it was being written to. <code>pulumi up</code> on a fresh stack had it
      running again, restored and verified, after ${formatSeconds(report.rto.seconds ?? 0)}.
      ${lossSentence(report.rpo)}
    </p>`;
  const stopped =
    report.error === undefined
      ? undefined
      : html`<p class="lead">It stopped:</p>
          <pre class="error">${report.error.trim()}</pre>`;
  const failing = report.checks.filter(({ ok, seen }) => !ok && seen !== undefined);
  const unmade = report.checks.filter(({ ok, seen }) => !ok && seen === undefined);
  const failed = [
    namesOf(failing, "does not hold", "do not hold"),
    namesOf(unmade, "was not measured", "were not measured"),
  ].flatMap((sentence) => (sentence === undefined ? [] : [html`<p class="lead">${sentence}</p>`]));
  return html`${stopped}${failed}`;
}

function namesOf(checks: readonly Check[], one: string, several: string): string | undefined {
  if (checks.length === 0) return undefined;
  const names = checks.map(({ name }) => name).join(", ");
  return checks.length === 1
    ? `One check ${one}: ${names}.`
    : `${checks.length} checks ${several}: ${names}.`;
}

function lossSentence({ rowsLost }: RecoveryPoint): string {
  if (rowsLost === undefined) return "";
  if (rowsLost === 0) return "Nothing that was acknowledged is missing.";
  return rowsLost === 1
    ? "One row is missing, the last that was acknowledged."
    : `Missing are the last ${formatCount(rowsLost)} rows that were acknowledged.`;
}

/** The two figures that a drill is for, each against its objective. */
export function figures(report: DrillReport): Markup {
  const { rto, rpo, checks } = report;
  const hold = checks.filter(({ ok }) => ok).length;
  return html`<section class="figures" aria-label="Figures">
    ${figure("Recovery time", "RTO", "start of up on a fresh stack until the verification succeeded", rto, "")}
    ${figure("Data loss", "RPO", "age of the newest work that did not come back", rpo, rpo.exact === false ? "≥ " : "")}
    <div class="figure">
      <h2>Checks</h2>
      <p class="value ${hold === checks.length ? "ok" : "bad"}">${hold} <small>of ${checks.length}</small></p>
      <p class="against">
        ${hold === checks.length ? "✓ all hold" : `✗ ${checks.length - hold} do not hold`}
      </p>
      ${rowsLost(rpo)}
    </div>
  </section>`;
}

function rowsLost({ rowsLost, onlyTail }: RecoveryPoint): Markup {
  const count = rowsLost === undefined ? NOT_MEASURED : formatCount(rowsLost);
  const where =
    onlyTail === undefined
      ? undefined
      : onlyTail
        ? html`, no older row missing`
        : html`, <strong class="bad">also out of the middle</strong>`;
  return html`<p class="note">Acknowledged rows lost: <strong>${count}</strong>${where}</p>`;
}

function figure(
  name: string,
  short: string,
  note: string,
  measured: Pick<RecoveryTime, "seconds" | "objectiveSeconds">,
  prefix: string,
): Markup {
  const { seconds, objectiveSeconds } = measured;
  const met = seconds !== undefined && prefix === "" && seconds <= objectiveSeconds;
  const objective = `the objective of ${formatSeconds(objectiveSeconds)}`;
  const against = met
    ? `✓ within ${objective}`
    : seconds === undefined
      ? `✗ ${objective} is not proven`
      : `✗ beyond ${objective}`;
  return html`<div class="figure">
    <h2>${name} <abbr>${short}</abbr></h2>
    <p class="value ${met ? "ok" : "bad"}">
      ${prefix}${seconds === undefined ? html`<span class="unknown">${NOT_MEASURED}</span>` : value(seconds)}
    </p>
    ${seconds === undefined ? undefined : meter(seconds, objectiveSeconds, met)}
    <p class="against">${against}</p>
    <p class="note">${note}</p>
  </div>`;
}

/** Digits large, units small. */
function value(seconds: number): Markup {
  return html`${formatSeconds(seconds)
    .split(/(?<=[\d]) (?=[a-z])/)
    .map((part, index) => (index === 0 ? html`${part}` : units(part)))}`;
}

function units(part: string): Markup {
  const [unit, ...rest] = part.split(" ");
  return html` <small>${unit}</small> ${rest.join(" ")}`;
}

/** The figure as a part of its objective; beyond the objective the mark shows where that would have been. */
function meter(seconds: number, objectiveSeconds: number, met: boolean): Markup {
  const full = Math.max(seconds, objectiveSeconds) || 1;
  const width = Math.max(0.6, (100 * seconds) / full).toFixed(1);
  const mark = ((100 * objectiveSeconds) / full).toFixed(1);
  return html`<svg
    class="meter"
    width="100%"
    height="10"
    role="img"
    aria-label="${formatSeconds(seconds)} of ${formatSeconds(objectiveSeconds)}"
  >
    <rect class="room" width="100%" y="2" height="6" rx="3" />
    <rect class="${met ? "ok" : "bad"}" width="${width}%" y="2" height="6" rx="3" />
    ${met ? undefined : html`<line class="mark" x1="${mark}%" x2="${mark}%" y1="0" y2="10" />`}
  </svg>`;
}
