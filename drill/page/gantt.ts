import { formatSeconds, NOT_MEASURED, orNotMeasured } from "../format";
import type { DrillReport, RecoveryTime } from "../reportSchema";
import type { TimelineRow } from "../timelineRows";
import { type Axis, axisLabels, bar, drawing, gridLines, positionOf } from "./axis";
import { html, type Markup } from "./markup";

/** Shorter than this, and neither failed nor on the critical path: folded away. */
const SHORT_SECONDS = 1;

/** The recovery, resource by resource. */
export function gantt({ rto }: DrillReport): Markup {
  const axis = axisOf(rto);
  if (axis === undefined)
    return html`<section aria-labelledby="timeline">
      <h2 id="timeline">The recovery, resource by resource</h2>
      <p class="unknown">No resource was recorded: the drill did not come that far.</p>
    </section>`;
  const resources = rto.resources.filter(({ component }) => !component);
  const folded = resources.filter(
    (row) => !row.failed && !row.critical && (row.seconds ?? SHORT_SECONDS) < SHORT_SECONDS,
  );
  const shown = resources.filter((row) => !folded.includes(row));
  return html`<section aria-labelledby="timeline">
    <h2 id="timeline">The recovery, resource by resource</h2>
    <p class="legend">
      <span class="key critical"></span> critical path: the next one waited for it
      <span class="key other"></span> beside it <span class="key bad"></span> failed or not finished
    </p>
    ${table(shown, axis, rto, "Time from the start of up.")}
    ${folded.length === 0 ? undefined : details(folded, axis, rto)} ${unchanged(rto)}
  </section>`;
}

function details(rows: readonly TimelineRow[], axis: Axis, rto: RecoveryTime): Markup {
  const name = `${rows.length} more took less than ${SHORT_SECONDS} s each`;
  return html`<details>
    <summary>${name}</summary>
    ${table(rows, axis, rto, `Resources that took less than ${SHORT_SECONDS} s.`)}
  </details>`;
}

function unchanged({ unchanged }: RecoveryTime): Markup | undefined {
  if (unchanged === undefined || unchanged === 0) return undefined;
  return html`<p class="note">${unchanged} without a change are not shown.</p>`;
}

function axisOf(rto: RecoveryTime): Axis | undefined {
  const starts = [rto.from, ...rto.resources.map(({ startedAt }) => startedAt)];
  const ends = [rto.to, ...rto.resources.map(({ startedAt, endedAt }) => endedAt ?? startedAt)];
  const milliseconds = (times: (string | undefined)[]): number[] =>
    times.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  if (rto.resources.length === 0) return undefined;
  return { from: Math.min(...milliseconds(starts)), to: Math.max(...milliseconds(ends)) };
}

function table(rows: readonly TimelineRow[], axis: Axis, rto: RecoveryTime, caption: string): Markup {
  return html`<table class="drawn" role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">Resource</th>
        <th role="columnheader" scope="col" class="number">Took</th>
        <th role="columnheader" scope="col"><span class="hidden">Drawing</span>${axisLabels(axis)}</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((row) => resourceRow(row, axis, rto))}
    </tbody>
  </table>`;
}

function resourceRow(row: TimelineRow, axis: Axis, { to }: RecoveryTime): Markup {
  const unfinished = row.endedAt === undefined;
  const kind = row.failed || unfinished ? "bad" : row.critical ? "critical" : "other";
  const from = Date.parse(row.startedAt);
  const after = formatSeconds(Math.max(0, from - axis.from) / 1000);
  const took = orNotMeasured(row.seconds, formatSeconds);
  const state = row.failed ? ", failed" : unfinished ? ", not finished" : "";
  const title = `${row.name}: ${row.op}, began after ${after}, took ${took}${state}`;
  const verified = to === undefined ? undefined : verifiedLine(axis, Date.parse(to));
  return html`<tr role="row">
    <th role="rowheader" scope="row">
      <span class="name">${row.name}</span>
      <span class="muted">${shortType(row.type)}${row.op === "create" ? "" : `, ${row.op}`}</span
      >${mark(row, unfinished)}
    </th>
    <td role="cell" class="number">
      ${row.seconds === undefined ? html`<span class="unknown">${NOT_MEASURED}</span>` : took}
    </td>
    <td role="cell">
      ${drawing([
        ...gridLines(axis),
        verified,
        bar(axis, kind, from, unfinished ? axis.to : Date.parse(row.endedAt ?? row.startedAt), title),
      ])}
    </td>
  </tr>`;
}

function mark(row: TimelineRow, unfinished: boolean): Markup | undefined {
  if (row.failed) return html` <strong class="bad">✗ failed</strong>`;
  return unfinished ? html` <strong class="bad">✗ not finished</strong>` : undefined;
}

function verifiedLine(axis: Axis, at: number): Markup {
  const x = positionOf(axis, at);
  return html`<line class="verified" x1="${x}%" x2="${x}%" y1="0" y2="100%"><title>verified</title></line>`;
}

/** `kubernetes:batch/v1:Job` → `batch/v1 Job`: the module tells more than the package. */
function shortType(type: string): string {
  const [provider, module, name] = type.split(":");
  if (name === undefined || provider === "pulumi") return type;
  return `${module === undefined || module === "index" ? (provider ?? "") : module.replace(/\/[^/]*$/, (end) => (/^\/v\d/.test(end) ? end : ""))} ${name}`;
}
