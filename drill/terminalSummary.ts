import { formatBytes } from "../lib/format";
import {
  formatClock,
  formatCount,
  formatRate,
  formatSeconds,
  formatTime,
  NOT_MEASURED,
  orNotMeasured,
} from "./format";
import type { DrillReport } from "./reportSchema";

/** How the summary is printed. */
export interface SummaryOptions {
  /** Only where it goes to a terminal. @default false */
  colour?: boolean;
  /** Columns; longer lines are cut. @default 100 */
  width?: number;
}

const MOST_RESOURCES = 6;
const MOST_FAILURES = 6;
const ERROR_LINES = 4;

/** The report in at most 40 lines of text. */
export function terminalSummary(report: DrillReport, options: SummaryOptions = {}): string {
  const { colour = false, width = 100 } = options;
  const lines = [
    ...headline(report),
    ...(report.error === undefined ? [] : wrapped("  FAILED  stopped: ", report.error, width, ERROR_LINES)),
    "",
    ...objectives(report),
    "",
    ...lossWindow(report),
    ...longestResources(report),
    ...data(report),
    ...checks(report, width),
    ...ranWith(report, width),
  ].map((line) => cut(line, width));
  return `${lines.map((line) => (colour ? painted(line) : line)).join("\n")}\n`;
}

function painted(line: string): string {
  if (line.startsWith("DRILL PASSED")) return `\u001b[32m${line}\u001b[0m`;
  return /^DRILL FAILED|^ {2}FAILED|, (missed|not proven)$/.test(line) ? `\u001b[31m${line}\u001b[0m` : line;
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** `text` in lines of `width`, the first one after `prefix`, the others as far in; what needs more than `most` lines is cut. */
function wrapped(prefix: string, text: string, width: number, most: number): string[] {
  const room = Math.max(20, width - prefix.length);
  const lines: string[] = [];
  let line = "";
  const piece = new RegExp(`\\S{1,${room}}`, "g");
  for (const word of text.match(piece) ?? []) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  const shown = lines.slice(0, most);
  if (lines.length > most) shown.push(`${shown.pop()?.slice(0, room - 2) ?? ""} …`);
  return shown.map((content, index) => `${index === 0 ? prefix : " ".repeat(prefix.length)}${content}`);
}

function headline({ outcome, startedAt, seconds, nonce }: DrillReport): string[] {
  return [
    `DRILL ${outcome.toUpperCase()}   ${formatTime(startedAt)}, took ${formatSeconds(seconds)}, nonce ${nonce}`,
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
  if (seconds === undefined)
    return label(name, `${NOT_MEASURED}; objective ${formatSeconds(most)}, not proven`);
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

function longestResources({ rto }: DrillReport): string[] {
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
  const files = inBrackets(sizes.checkpointFiles, (count) => `${count} files`);
  const segments = inBrackets(throughput.segmentsReplayed, (count) => `${formatCount(count)} segments`);
  const rate = inBrackets(throughput.restoreBytesPerSecond, formatRate);
  return [
    label(
      "Database",
      `${orNotMeasured(sizes.databaseBytes, formatBytes)}; base backup in the repository: ${repository}`,
    ),
    // A drill whose restore failed has more to say than that.
    ...(sizes.dataAgeSeconds === undefined
      ? []
      : [
          label(
            "Newest segment",
            `archived ${formatSeconds(sizes.dataAgeSeconds)} before the restore began${inBrackets(sizes.generation, (number) => `now generation ${number}`)}`,
          ),
        ]),
    label(
      "Restored in",
      `${orNotMeasured(throughput.restoreSeconds, formatSeconds)}${rate}, WAL replayed in ${orNotMeasured(throughput.replaySeconds, formatSeconds)}${segments}`,
    ),
    label(
      "Checkpoints",
      `${orNotMeasured(sizes.checkpointBytes, formatBytes)}${files}, restored in ${orNotMeasured(throughput.checkpointRestoreSeconds, formatSeconds)}`,
    ),
  ];
}

function inBrackets(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? "" : ` (${format(value)})`;
}

function checks({ checks }: DrillReport, width: number): string[] {
  const failing = checks.filter(({ ok, seen }) => !ok && seen !== undefined);
  const unmade = checks.filter(({ ok, seen }) => !ok && seen === undefined).map(({ name }) => name);
  const more = failing.length - MOST_FAILURES;
  return [
    label("Checks", `${checks.filter(({ ok }) => ok).length} of ${checks.length} hold`),
    ...failing
      .slice(0, MOST_FAILURES)
      .map(({ name, expected, seen }) => `  FAILED  ${name}: expected ${expected}, seen ${seen ?? ""}`),
    ...(more > 0 ? [`  FAILED  and ${more} more`] : []),
    ...(unmade.length > 0 ? wrapped(`  FAILED  ${NOT_MEASURED}: `, unmade.join(", "), width, 2) : []),
  ];
}

function ranWith({ providers, languageHost, machine }: DrillReport, width: number): string[] {
  const plugins = providers.map(
    ({ name, version, source, origin }) =>
      `${name} ${version === undefined ? "" : `${version} `}(${[source, origin].filter(Boolean).join(", ")})`,
  );
  const peak =
    machine.peakMemoryBytes === undefined ? "" : `, peak ${formatBytes(machine.peakMemoryBytes)} in use`;
  return [
    ...wrapped(label("Providers", ""), plugins.join(", ") || NOT_MEASURED, width, 2),
    label("Program run by", languageHost),
    label("Machine", `${machine.cores} cores, ${formatBytes(machine.memoryBytes)} memory${peak}`),
  ];
}

function label(name: string, text: string): string {
  return `  ${name.padEnd(22)} ${text}`;
}
