import { formatClock, formatCount, formatSeconds, NOT_MEASURED } from "../format";
import type { DrillReport, RecoveryPoint } from "../reportSchema";
import { type Axis, axisLabels, bar, drawing, gridLines, positionOf } from "./axis";
import { html, type Markup } from "./markup";

interface Moment {
  name: string;
  at: string | undefined;
  detail: string;
  draw: (axis: Axis, at: number) => Markup | undefined;
}

const legend = html`<p class="legend">
  <span class="key safe"></span> came back <span class="key bad"></span> acknowledged, and lost
</p>`;

/** The seconds around the disaster: what was safe, what came back, what is lost. */
export function lossPicture({ rpo }: DrillReport): Markup {
  const moments = momentsOf(rpo);
  const axis = axisOf(moments, rpo.killedAt);
  const labels =
    axis === undefined ? undefined : html`<span class="hidden">Drawing</span>${axisLabels(axis)}`;
  return html`<section aria-labelledby="loss">
    <h2 id="loss">What was lost</h2>
    <p>${summary(rpo)}</p>
    ${rpo.rowsLost === undefined ? undefined : legend}
    <table class="drawn" role="table">
      <caption>
        The end of the old site, UTC${axis?.zero === undefined ? "" : "; the axis shows seconds to the kill"}.
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Moment</th>
          <th role="columnheader" scope="col" class="number">Time</th>
          <th role="columnheader" scope="col">${labels}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${moments.map((moment) => momentRow(moment, axis))}
      </tbody>
    </table>
  </section>`;
}

function momentsOf(rpo: RecoveryPoint): Moment[] {
  const { lastRecovered, lastAcknowledged, lastArchivedAt, killedAt, rowsLost } = rpo;
  return [
    {
      name: "Last row that came back",
      at: lastRecovered?.at,
      detail: rowNumber(lastRecovered),
      draw: (axis, at) => bar(axis, "safe", axis.from, at, "came back after the disaster"),
    },
    {
      name: "Newest WAL segment archived",
      at: lastArchivedAt,
      detail: "",
      draw: (axis, at) => marker(axis, at, "archived"),
    },
    {
      name: "Last row acknowledged",
      at: lastAcknowledged?.at,
      detail: rowNumber(lastAcknowledged),
      draw: (axis, at) => {
        if (rowsLost === undefined || rowsLost === 0) return marker(axis, at, "acknowledged");
        const from = lastRecovered === undefined ? axis.from : Date.parse(lastRecovered.at);
        return bar(axis, "lost", from, at, `${formatCount(rowsLost)} rows, acknowledged and lost`);
      },
    },
    {
      name: "Every process killed",
      at: killedAt,
      detail: "",
      draw: (axis, at) => marker(axis, at, "killed"),
    },
  ];
}

function summary(rpo: RecoveryPoint): string {
  if (rpo.seconds === undefined) return `The loss was ${NOT_MEASURED}.`;
  if (rpo.rowsLost === 0) return "Every row that was acknowledged came back.";
  const rows = rpo.rowsLost === undefined ? "" : `, ${formatCount(rpo.rowsLost)} acknowledged rows`;
  if (rpo.exact === false)
    return `Not one row of the writer came back: at least ${formatSeconds(rpo.seconds)} are lost${rows}.`;
  const where =
    rpo.onlyTail === false
      ? "; rows are missing out of the middle, which must never happen"
      : ", and nothing older";
  return `From the last row that came back to the last one acknowledged: ${formatSeconds(rpo.seconds)}${rows}${where}.`;
}

function rowNumber(row: { sequence: number } | undefined): string {
  return row === undefined ? "" : `row ${formatCount(row.sequence)}`;
}

/** From some time before the first moment to a little after the last; undefined when there are not two to compare. */
function axisOf(moments: readonly Moment[], killedAt: string | undefined): Axis | undefined {
  const times = moments.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]));
  if (times.length < 2) return undefined;
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const room = Math.max(1000, to - from);
  return {
    from: from - 0.4 * room,
    to: to + 0.06 * room,
    ...(killedAt === undefined ? {} : { zero: Date.parse(killedAt) }),
  };
}

function momentRow({ name, at, detail, draw }: Moment, axis: Axis | undefined): Markup {
  const time = at === undefined ? html`<span class="unknown">${NOT_MEASURED}</span>` : formatClock(at);
  const drawn =
    axis === undefined
      ? undefined
      : drawing([...gridLines(axis), at === undefined ? undefined : draw(axis, Date.parse(at))]);
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name} <span class="muted">${detail}</span></th>
    <td role="cell" class="number">${time}</td>
    <td role="cell">${drawn}</td>
  </tr>`;
}

function marker(axis: Axis, at: number, name: string): Markup {
  const x = positionOf(axis, at);
  return html`<line class="marker" x1="${x}%" x2="${x}%" y1="2" y2="18"><title>${name}</title></line>`;
}
