import type { DumpRestored } from "../automation/restoreDump";
import { formatBytes, formatDuration } from "../lib/format";
import { differences } from "./replacementText";

/** What the Job says that looks at a dump. Anything may be missing. */
export interface DumpForecast {
  action?: string;
  dump?: string;
  layout?: string;
  takenAt?: string;
  rows?: Record<string, number>;
  served?: Record<string, number>;
  neededBytes?: number;
  roomBytes?: number;
  notes?: string[];
  state?: { kept?: { name?: string; at?: string; dump?: string }[] };
}

/** One dump, as the Job lists it. Anything may be missing. */
export interface DumpEntry {
  name?: string;
  takenAt?: string;
  sizeBytes?: number;
  rows?: number | null;
  tables?: number | null;
  state?: string;
  why?: string;
}

const unknown = "unknown";

/** What would be done, and what of the rows would go, before anything is touched. */
export function describeDumpPlan(plan: DumpForecast | undefined): string {
  if (plan?.action !== "planned")
    return "what would be done is not known: the plan ended well and told no result; run it again\n";
  const bytes = (value: number | undefined): string => (value === undefined ? unknown : formatBytes(value));
  const { dump, takenAt, layout, notes = [], served, rows } = plan;
  const kept = plan.state?.kept ?? [];
  return `${dump ?? unknown}, ${layout === "plain" ? "written" : "as the database was"} at ${takenAt ?? unknown}, is loaded into a new database beside the one that is served; what was written since then is not in it
on the volume: ${bytes(plan.neededBytes)} needed, ${bytes(plan.roomBytes)} free
${differences(served ?? null, rows)}${notes.map((note) => `${note}\n`).join("")}what is kept for an undo: the database that is served now${kept.map(({ name, at }) => `, and ${name ?? unknown} since ${at ?? unknown}`).join("")}
`;
}

/** What was done, for a person. */
export function describeDumpRestored(
  plan: DumpForecast | undefined,
  { held, loaded, switched, downSeconds, verification }: DumpRestored,
): string {
  const down =
    downSeconds === null ? "" : `; dashboard and worker were away for ${formatDuration(downSeconds)}`;
  const dump = held.wanted;
  const kept = switched?.kept ?? unknown;
  const proof =
    verification === undefined
      ? 'backed up; nothing was verified, because this platform has not been yet: put the models into place, then run "npm run up"\n'
      : "verified, and backed up\n";
  if (switched?.action === "undone")
    return `database: what ${dump} had replaced is back with every row${down}\nset aside: ${kept}, which --undo brings back in turn\n${proof}`;
  if (switched?.action !== "switched")
    return `database: what was done is not known; see the log of the Job restore-dump-switch\n${proof}`;
  return `database: ${dump} is served, as of ${switched.takenAt ?? loaded?.takenAt ?? unknown}${down}
${differences(plan?.served ?? null, loaded?.rows)}${(loaded?.notes ?? []).map((note) => `${note}\n`).join("")}the database that was served is kept as ${kept}: npm run restore -- database --dump ${dump} --undo brings it back, --forget removes it
${proof}`;
}

/** All dumps, one a line. */
export function describeDumpList(dumps: readonly DumpEntry[]): string {
  if (dumps.length === 0) return "there is no dump\n";
  return dumps
    .map(({ name = unknown, takenAt = unknown, sizeBytes, rows, tables, state = unknown, why }) => {
      const size = sizeBytes === undefined ? unknown : formatBytes(sizeBytes);
      const content =
        rows === undefined || rows === null ? "rows unknown" : `${rows} rows in ${tables ?? "?"} tables`;
      return `${name.padEnd(26)} ${takenAt.slice(0, 19)}Z ${size.padStart(10)}  ${content}, ${state}${why === undefined ? "" : `: ${why}`}\n`;
    })
    .join("");
}
