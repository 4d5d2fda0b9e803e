import type { WalRequest } from "../../../../../jobs/database/replay";
import { historyName, parseHistoryLines, segmentName } from "../../../../../jobs/database/walPosition";
import { lsnNumber, lsnText, type LogRecord, segmentOf } from "./log";
import type { ModelBase } from "./store";

/** What restore_command says: the content, certainly not there (1), or no answer (255). */
export type Answer = readonly LogRecord[] | "absent" | "error";

/** A timeline of the target's history. */
interface Entry {
  timeline: number;
  begin: number | undefined;
  end: number | undefined;
}

/** What recovery came to. */
export type Replayed =
  { state: "end"; log: LogRecord[]; end: number; requests: WalRequest[] } | { state: "fatal"; why: string };

class Fatal extends Error {}

function entriesOf(history: string, target: number): Entry[] {
  const lines = parseHistoryLines(history);
  let begin: number | undefined;
  const entries = lines.map(({ parent, position }): Entry => {
    const entry = { timeline: parent, begin, end: lsnNumber(position) };
    begin = entry.end;
    return entry;
  });
  return [...entries, { timeline: target, begin, end: undefined }].reverse();
}

/**
 * Recovery as PostgreSQL does it: for each segment number the timelines of the target's history are asked for, newest first, but none
 * that began in a later segment, and none older than that of the last segment that was found. Records need only continue the log:
 * whose they are is not looked at. So it goes past a fork where the child's segments are missing and the parent's are there.
 * @param stopAt replays nothing that ends after this position. @default the end of what there is
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/access/transam/xlogrecovery.c (XLogFileReadAnyTLI)
 */
export function replay(
  base: ModelBase,
  target: { timeline: number; history: string },
  restoreCommand: (file: string) => Answer,
  stopAt = Infinity,
): Replayed {
  try {
    return replayUpTo(base, target, restoreCommand, stopAt);
  } catch (error) {
    if (error instanceof Fatal) return { state: "fatal", why: error.message };
    throw error;
  }
}

function replayUpTo(
  base: ModelBase,
  target: { timeline: number; history: string },
  restoreCommand: (file: string) => Answer,
  stopAt: number,
): Replayed {
  const entries = entriesOf(target.history, target.timeline);
  const holding = entries.find(
    ({ begin, end }) => (begin ?? 0) <= base.start && (end === undefined || base.start < end),
  );
  if (holding?.timeline !== base.timeline)
    throw new Fatal(`requested timeline ${target.timeline} is not a child of this server's history`);
  const requests: WalRequest[] = [];
  const fetched = new Map<number, readonly LogRecord[] | undefined>();
  let current = 0;
  const segment = (number: number): readonly LogRecord[] | undefined => {
    if (fetched.has(number)) return fetched.get(number);
    let found: readonly LogRecord[] | undefined;
    for (const { timeline, begin } of entries) {
      if (timeline < current) break;
      if (begin !== undefined && number < segmentOf(begin)) continue;
      const file = segmentName(timeline, number);
      const answer = restoreCommand(file);
      if (answer === "error") throw new Fatal(`restore_command ended with 255 for ${file}`);
      requests.push({ file, status: answer === "absent" ? 1 : 0 });
      if (answer === "absent") continue;
      current = timeline;
      found = answer;
      break;
    }
    fetched.set(number, found);
    return found;
  };
  const log = [...base.records];
  let end = base.start;
  for (;;) {
    const record = segment(segmentOf(end))?.find(({ lsn }) => lsn === end);
    if (record === undefined || record.lsn + record.size > stopAt || !isWhole(record, segment)) break;
    if (!entries.some(({ timeline }) => timeline === record.timeline))
      throw new Fatal(`unexpected timeline ${record.timeline} at ${lsnText(end)}`);
    log.push(record);
    end += record.size;
  }
  if (end < base.stop) throw new Fatal("WAL ends before end of online backup");
  // A standby asks again for what it did not get.
  const last = requests.at(-1);
  if (last !== undefined && last.status !== 0)
    requests.push(...requests.filter(({ status }) => status !== 0));
  else if (last !== undefined && stopAt === Infinity) requests.push(...Array.from({ length: 6 }, () => last));
  return { state: "end", log, end, requests };
}

/** A record that crosses into the next segment must go on there. */
function isWhole(record: LogRecord, segment: (number: number) => readonly LogRecord[] | undefined): boolean {
  const last = segmentOf(record.lsn + record.size - 1);
  for (let number = segmentOf(record.lsn) + 1; number <= last; number += 1)
    if (segment(number)?.includes(record) !== true) return false;
  return true;
}

/** The first free timeline after one, as PostgreSQL looks for it: it asks for one history after the other until one is missing. */
export function newestTimeline(from: number, histories: ReadonlyMap<string, string>): number {
  let newest = from;
  while (histories.has(historyName(newest + 1))) newest += 1;
  return newest;
}

/** The history of a new timeline. It names the target as parent, whatever replay was on. */
export function childHistory(target: { timeline: number; history: string }, end: number): string {
  return `${target.history}${target.timeline}\t${lsnText(end)}\tno recovery target specified\n`;
}
