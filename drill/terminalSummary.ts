import { formatBytes } from "../operations/format";
import {
  formatClock,
  formatCount,
  formatRate,
  formatSeconds,
  formatTime,
  NOT_MEASURED,
  orNotMeasured,
} from "./format";
import type { DrillReport } from "./report";

/** How the summary is printed. */
export interface SummaryOptions {
  /** Only where it goes to a terminal. @default false */
  colour?: boolean;
  /** Columns; longer lines are cut. @default 100 */
  width?: number;
}

const MOST_RESOURCES = 6;
const MOST_FAILURES = 8;

/** The report in at most 40 lines of text. */
export function terminalSummary(report: DrillReport, options: SummaryOptions = {}): string {
  const { colour = false, width = 100 } = options;
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = [
    ...headline(report),
    "",
    ...objectives(report),
    "",
    ...lossWindow(report),
    ...criticalResources(report),
    ...data(report),
    ...failures(report),
    ...ranWith(report),
  ];
  return `${lines
    .map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    .map((line) => (/^DRILL PASSED/.test(line) ? paint(32, line) : line))
    .map((line) => (/^DRILL FAILED|^ {2}FAILED|missed/.test(line) ? paint(31, line) : line))
    .join("\n")}\n`;
}

function headline({ outcome, startedAt, seconds, nonce, error }: DrillReport): string[] {
  return [
    `DRILL ${outcome.toUpperCase()}   ${formatTime(startedAt)}, took ${formatSeconds(seconds)}, nonce ${nonce}`,
    ...(error === undefined ? [] : [`  FAILED  stopped: ${oneLine(error)}`]),
  ];
}

function objectives({ rto, rpo }: DrillReport): string[] {
  const atLeast = rpo.exact === false ? "at least " : "";
  const rows = orNotMeasured(rpo.rowsLost, (count) => `${formatCount(count)} acknowledged rows lost`);
  const tail =
    rpo.onlyTail === undefined ? "" : rpo.onlyTail ? ", nothing older" : ", ALSO OUT OF THE MIDDLE";
  return [
    objective("Recovery time (RTO)", rto.seconds, "", rto.objectiveSeconds),
    objective("Data loss (RPO)", rpo.seconds, atLeast, rpo.objectiveSeconds, rpo.exact !== false),
    label("", `${rows}${tail}`),
  ];
}

function objective(
  name: string,
  seconds: number | undefined,
  prefix: string,
  most: number,
  exact = true,
): string {
  if (seconds === undefined) return label(name, `${NOT_MEASURED}; objective ${formatSeconds(most)}, missed`);
  const verdict = exact && seconds <= most ? "met" : "missed";
  return label(name, `${prefix}${formatSeconds(seconds)}; objective ${formatSeconds(most)}, ${verdict}`);
}

function lossWindow({ rpo }: DrillReport): string[] {
  const row = ({ sequence, at }: { sequence: number; at: string }): string =>
    `${formatClock(at)} UTC, row ${formatCount(sequence)}`;
  const clock = (at: string): string => `${formatClock(at)} UTC`;
  return [
    label("Last WAL archived", orNotMeasured(rpo.lastArchivedAt, clock)),
    label("Last row recovered", orNotMeasured(rpo.lastRecovered, row)),
    label("Last row acknowledged", orNotMeasured(rpo.lastAcknowledged, row)),
    label("Site killed", orNotMeasured(rpo.killedAt, clock)),
    "",
  ];
}

function criticalResources({ rto }: DrillReport): string[] {
  const longest = rto.resources
    .filter(({ component }) => !component)
    .sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
    .slice(0, MOST_RESOURCES);
  if (longest.length === 0) return [];
  return [
    "Longest resources (* on the critical path)",
    ...longest.map(({ seconds, critical, name, type, failed }) => {
      const took = orNotMeasured(seconds, formatSeconds).padStart(12);
      return `${failed ? "  FAILED" : ""}${took} ${critical ? "*" : " "} ${name}  (${type})`;
    }),
    "",
  ];
}

function data({ sizes, throughput }: DrillReport): string[] {
  const repository = orNotMeasured(sizes.repositoryBytes, formatBytes);
  const files = orNotMeasured(sizes.checkpointFiles, (count) => `${count} files`);
  const segments = orNotMeasured(throughput.segmentsReplayed, (count) => `${formatCount(count)} segments`);
  return [
    label("Database", `${orNotMeasured(sizes.databaseBytes, formatBytes)} (in the repository ${repository})`),
    label(
      "Restored in",
      `${orNotMeasured(throughput.restoreSeconds, formatSeconds)} (${orNotMeasured(throughput.restoreBytesPerSecond, formatRate)}), WAL replayed in ${orNotMeasured(throughput.replaySeconds, formatSeconds)} (${segments})`,
    ),
    label(
      "Checkpoints",
      `${orNotMeasured(sizes.checkpointBytes, formatBytes)} (${files}), restored in ${orNotMeasured(throughput.checkpointRestoreSeconds, formatSeconds)}`,
    ),
  ];
}

function failures({ checks }: DrillReport): string[] {
  const failed = checks.filter(({ ok }) => !ok);
  const shown = failed.slice(0, MOST_FAILURES);
  const more = failed.length - shown.length;
  return [
    label("Checks", `${checks.length - failed.length} of ${checks.length} hold`),
    ...shown.map(
      ({ name, expected, seen }) => `  FAILED  ${name}: expected ${expected}, ${seen ?? NOT_MEASURED}`,
    ),
    ...(more > 0 ? [`  FAILED  and ${more} more`] : []),
  ];
}

function ranWith({ providers, languageHost, machine }: DrillReport): string[] {
  const plugins = providers.map(
    ({ name, version, source }) => `${name} ${version === undefined ? "" : `${version} `}(${source})`,
  );
  const peak =
    machine.peakMemoryBytes === undefined ? "" : `, peak ${formatBytes(machine.peakMemoryBytes)} in use`;
  return [
    label("Providers", plugins.join(", ") || NOT_MEASURED),
    label("Program run by", languageHost),
    label("Machine", `${machine.cores} cores, ${formatBytes(machine.memoryBytes)}${peak}`),
  ];
}

function label(name: string, text: string): string {
  return `  ${name.padEnd(22)} ${text}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
