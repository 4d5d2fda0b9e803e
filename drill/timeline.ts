import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import { criticalPath, type Dependencies } from "./criticalPath";
import type { Timeline, TimelineRow } from "./timelineRows";

/** An engine event and when it arrived, in milliseconds since 1970. */
export interface RecordedEvent {
  event: EngineEvent;
  /** Sharpens the event's own time, which has whole seconds only. */
  receivedAt?: number;
}

/** Collects the events of an update: give `onEvent` to the Automation API. */
export function recordEvents(now: () => number = Date.now): {
  onEvent: (event: EngineEvent) => void;
  events: RecordedEvent[];
} {
  const events: RecordedEvent[] = [];
  return {
    events,
    onEvent: (event) => {
      events.push({ event, receivedAt: now() });
    },
  };
}

const UNCHANGED: ReadonlySet<OpType> = new Set<OpType>(["same", "refresh"]);
/** Steps of the engine's own book-keeping: the work of a replacement is in its create and its delete. */
const BOOKKEEPING: ReadonlySet<OpType> = new Set<OpType>([
  "replace",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
]);

/**
 * Turns the events of one update into rows. Events of a preview do not count.
 * @param dependencies what waited for what, from {@link dependenciesOf}; without it the critical path goes by time alone
 */
export function timelineOf(events: readonly RecordedEvent[], dependencies?: Dependencies): Timeline {
  const ordered = [...events].sort((a, b) => a.event.sequence - b.event.sequence);
  const rows = new Map<string, TimelineRow>();
  const unchanged = new Set<string>();
  for (const recorded of ordered) {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = recorded.event;
    const step = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent;
    if (step === undefined || ("planning" in step && step.planning)) continue;
    const { metadata } = step;
    if (BOOKKEEPING.has(metadata.op)) continue;
    if (UNCHANGED.has(metadata.op)) {
      unchanged.add(metadata.urn);
      continue;
    }
    const key = `${metadata.op} ${metadata.urn}`;
    const at = timeOf(recorded);
    const row = rows.get(key) ?? startedRow(metadata, at);
    rows.set(key, row);
    if (resourcePreEvent !== undefined) continue;
    end(row, at);
    if (resOpFailedEvent !== undefined) row.failed = true;
  }
  const all = [...rows.values()];
  stretchComponents(all);
  const path = new Set(criticalPath(all, dependencies));
  for (const row of all) row.critical = path.has(row);
  return { rows: all.sort(byStart), unchanged: unchanged.size, ...span(ordered) };
}

/** The time of arrival, but never outside of the second that the engine stamped. */
function timeOf({ event, receivedAt }: RecordedEvent): number {
  const stamped = event.timestamp * 1000;
  return Math.min(Math.max(receivedAt ?? stamped, stamped), stamped + 999);
}

function startedRow(metadata: StepEventMetadata, at: number): TimelineRow {
  const state = metadata.new ?? metadata.old;
  return {
    urn: metadata.urn,
    type: metadata.type,
    name: metadata.urn.split("::").at(-1) ?? metadata.urn,
    op: metadata.op,
    startedAt: new Date(at).toISOString(),
    parent: state?.parent === "" ? undefined : state?.parent,
    component: state?.custom !== true,
    failed: false,
    critical: false,
  };
}

function end(row: TimelineRow, at: number): void {
  const ended = Math.max(at, Date.parse(row.startedAt));
  row.endedAt = new Date(ended).toISOString();
  row.seconds = (ended - Date.parse(row.startedAt)) / 1000;
}

/** The engine reports the end of a component, if at all, when the program has named its children: not when they are done. */
function stretchComponents(rows: readonly TimelineRow[]): void {
  const components = new Map(rows.filter(({ component }) => component).map((row) => [row.urn, row]));
  for (const row of rows) {
    if (row.component || row.endedAt === undefined) continue;
    const seen = new Set<TimelineRow>();
    let parent = row.parent === undefined ? undefined : components.get(row.parent);
    while (parent !== undefined && !seen.has(parent)) {
      seen.add(parent);
      if (parent.endedAt === undefined || parent.endedAt < row.endedAt) end(parent, Date.parse(row.endedAt));
      parent = parent.parent === undefined ? undefined : components.get(parent.parent);
    }
  }
}

function byStart(a: TimelineRow, b: TimelineRow): number {
  return a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0;
}

function span(
  ordered: readonly RecordedEvent[],
): Required<Pick<Timeline, "startedAt" | "endedAt" | "seconds">> | object {
  const [first, last] = [ordered.at(0), ordered.at(-1)];
  if (first === undefined || last === undefined) return {};
  const [from, to] = [timeOf(first), timeOf(last)];
  return {
    startedAt: new Date(from).toISOString(),
    endedAt: new Date(to).toISOString(),
    seconds: (to - from) / 1000,
  };
}
