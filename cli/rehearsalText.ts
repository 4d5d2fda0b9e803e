import { passedOverText } from "./restoredText";
import { formatBytes, formatDuration } from "../lib/format";

/** What a rehearsal says of itself. Anything may be missing. */
export interface RehearsalResult {
  action?: string;
  headGeneration?: number;
  label?: string;
  /** Newer base backups that could not be fetched. */
  passedOver?: { label?: string; object?: string }[];
  databaseBytes?: number;
  downloadSeconds?: number;
  replaySeconds?: number;
  totalSeconds?: number;
  segmentsReplayed?: number;
  lastSegment?: string;
  newestSegmentAt?: string;
  dataAgeSeconds?: number;
  heartbeatAt?: string;
  rowCounts?: Record<string, number>;
  steps?: { step?: string; state?: string; seconds?: number; says?: string }[];
  /** Address of its object. */
  evidence?: string;
}

/** What a rehearsal has proved, and what it has not. */
export function describeRehearsal(result: RehearsalResult | undefined): string {
  if (result?.action !== "rehearsed")
    return "what the rehearsal proved is not known: it ended well and told no result; run it again\n";
  const { rowCounts = {}, steps = [] } = result;
  const rows = Object.values(rowCounts).reduce((total, count) => total + count, 0);
  const bytes = result.databaseBytes === undefined ? "?" : formatBytes(result.databaseBytes);
  const seconds = (value: number | undefined): string =>
    value === undefined ? "an unknown time" : formatDuration(value);
  return `${passedOverText(result.passedOver)}rehearsed: generation ${result.headGeneration ?? "?"} comes back from base backup ${result.label ?? "?"} (${bytes}, fetched in ${seconds(result.downloadSeconds)}) and ${result.segmentsReplayed ?? "?"} segments of WAL up to ${result.lastSegment ?? "?"} (replayed in ${seconds(result.replaySeconds)}), in ${seconds(result.totalSeconds)} in all.
It holds ${Object.keys(rowCounts).length} tables with ${rows} rows; newest heartbeat ${result.heartbeatAt ?? "unknown"}, newest segment ${seconds(result.dataAgeSeconds)} old when it began.
${steps.map(stepText).join("")}Nothing was claimed and nothing was archived; the copy is removed. Not rehearsed: cluster, application, and the takeover itself (npm run drill does those).
evidence: ${result.evidence ?? "unknown"}
`;
}

function stepText({
  step = "unknown",
  state = "unknown",
  seconds,
  says,
}: NonNullable<RehearsalResult["steps"]>[number]): string {
  const time = seconds === undefined || state === "not rehearsed" ? "" : ` in ${formatDuration(seconds)}`;
  return `  ${step.padEnd(12)}  ${state}${time}${says === undefined ? "" : `: ${says}`}\n`;
}
