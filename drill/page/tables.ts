import { formatBytes } from "../../lib/format";
import { formatCount, formatRate, formatSeconds, NOT_MEASURED } from "../format";
import type { Check, DrillReport, DrillStep } from "../reportSchema";
import { type Axis, axisLabels, bar, drawing, gridLines } from "./axis";
import { html, type Markup } from "./markup";

/** The phases of the drill, in their order. */
export function phases(report: DrillReport): Markup {
  const axis = { from: Date.parse(report.startedAt), to: Date.parse(report.finishedAt) };
  return html`<section aria-labelledby="phases">
    <h2 id="phases">The drill, phase by phase</h2>
    <table class="drawn" role="table">
      <caption>
        Time from the start of the drill.
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Phase</th>
          <th role="columnheader" scope="col" class="number">Took</th>
          <th role="columnheader" scope="col"><span class="hidden">Drawing</span>${axisLabels(axis)}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${report.steps.map((step) => phaseRow(step, axis))}
      </tbody>
    </table>
  </section>`;
}

function phaseRow(step: DrillStep, axis: Axis): Markup {
  const { name, startedAt, seconds, outcome } = step;
  const failed = outcome === "failed";
  const took =
    seconds === undefined
      ? html`<span class="unknown">${outcome === "not reached" ? "–" : NOT_MEASURED}</span>`
      : formatSeconds(seconds);
  const note =
    outcome === "done"
      ? undefined
      : failed
        ? html` <strong class="bad">✗ failed</strong>`
        : html` <span class="unknown">not reached</span>`;
  const from = startedAt === undefined ? undefined : Date.parse(startedAt);
  const drawn =
    from === undefined
      ? undefined
      : bar(
          axis,
          failed ? "bad" : "critical",
          from,
          seconds === undefined ? axis.to : from + seconds * 1000,
          `${name}: ${outcome}`,
        );
  return html`<tr role="row">
    <th role="rowheader" scope="row"><span class="name">${name}</span>${note}</th>
    <td role="cell" class="number">${took}</td>
    <td role="cell">${drawing([...gridLines(axis), drawn])}</td>
  </tr>`;
}

/** Sizes and throughputs. */
export function data({ sizes, throughput }: DrillReport): Markup {
  const { databaseBytes, repositoryBytes } = sizes;
  const ratio =
    databaseBytes === undefined || repositoryBytes === undefined || repositoryBytes === 0
      ? undefined
      : `${(databaseBytes / repositoryBytes).toFixed(1)} to 1`;
  return html`<section aria-labelledby="data">
    <h2 id="data">Sizes and throughputs</h2>
    <dl class="facts">
      ${fact("Database", databaseBytes, formatBytes)}
      ${fact("Its base backup, stored", repositoryBytes, formatBytes, ratio)}
      ${fact("Newest segment, before the restore", sizes.dataAgeSeconds, formatSeconds, sizes.newestSegmentAt)}
      ${fact("Base backup restored in", throughput.restoreSeconds, formatSeconds, rate(throughput.restoreBytesPerSecond))}
      ${fact("WAL replayed in", throughput.replaySeconds, formatSeconds, segments(throughput.segmentsReplayed))}
      ${fact("Rows after the recovery", sizes.rowsRecovered, formatCount)}
      ${fact("Checkpoints", sizes.checkpointBytes, formatBytes, files(sizes.checkpointFiles))}
      ${fact("Checkpoints restored in", throughput.checkpointRestoreSeconds, formatSeconds, rate(throughput.checkpointRestoreBytesPerSecond))}
    </dl>
  </section>`;
}

function fact(
  name: string,
  value: number | undefined,
  format: (value: number) => string,
  note?: string,
): Markup {
  const shown = value === undefined ? html`<span class="unknown">${NOT_MEASURED}</span>` : format(value);
  return html`<div>
    <dt>${name}</dt>
    <dd>${shown}${note === undefined ? undefined : html` <span class="muted">${note}</span>`}</dd>
  </div> `;
}

function rate(bytesPerSecond: number | undefined): string | undefined {
  return bytesPerSecond === undefined ? undefined : formatRate(bytesPerSecond);
}

function segments(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${formatCount(count)} ${count === 1 ? "segment" : "segments"}`;
}

function files(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${count} ${count === 1 ? "file" : "files"}`;
}

/** Everything that was looked at; what does not hold comes first. */
export function checks({ checks }: DrillReport): Markup {
  const ordered = [...checks.filter(({ ok }) => !ok), ...checks.filter(({ ok }) => ok)];
  return html`<section aria-labelledby="checks">
    <h2 id="checks">What was checked</h2>
    <table class="plain checks" role="table">
      <caption class="hidden">
        Checks
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Result</th>
          <th role="columnheader" scope="col">Check</th>
          <th role="columnheader" scope="col">Expected</th>
          <th role="columnheader" scope="col">Seen</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${ordered.map(checkRow)}
      </tbody>
    </table>
  </section>`;
}

function checkRow({ name, expected, seen, ok }: Check): Markup {
  const badge = ok
    ? html`<span class="badge ok">✓ holds</span>`
    : html`<span class="badge bad">✗ ${seen === undefined ? NOT_MEASURED : "fails"}</span>`;
  return html`<tr role="row" class="${ok ? "" : "fails"}">
    <td role="cell">${badge}</td>
    <th role="rowheader" scope="row">${name}</th>
    <td role="cell" class="expected">${expected}</td>
    <td role="cell" class="seen">${seen ?? html`<span class="unknown">${NOT_MEASURED}</span>`}</td>
  </tr>`;
}

/** What the drill ran with. */
export function versions(report: DrillReport): Markup {
  const { machine } = report;
  const memory = `${machine.cores} cores, ${formatBytes(machine.memoryBytes)} memory`;
  return html`<section aria-labelledby="versions">
    <h2 id="versions">What it ran with</h2>
    <table class="plain">
      <caption class="hidden">
        Providers, tools and machine
      </caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Version</th>
        </tr>
      </thead>
      <tbody>
        ${report.providers.map(({ name, version, source, origin }) => row(`Provider ${name}`, `${version ?? "version not told"}, ${source}${origin === undefined ? "" : `, ${origin}`}`))}
        ${row("Program run by", report.languageHost)}
        ${Object.entries(report.versions).map(([name, version]) => row(name, version))}
        ${row("Machine", machine.system === undefined ? memory : `${memory}; ${machine.system}`)}
        ${row("Peak memory in use", machine.peakMemoryBytes === undefined ? undefined : formatBytes(machine.peakMemoryBytes))}
      </tbody>
    </table>
  </section>`;
}

function row(name: string, value: string | undefined): Markup {
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${value ?? html`<span class="unknown">${NOT_MEASURED}</span>`}</td>
  </tr> `;
}
