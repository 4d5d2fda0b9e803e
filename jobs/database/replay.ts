import { historyName, historyTimeline, parseLsn, parseSegment } from "./walPosition";

/** One answer of restore_command. */
export interface WalRequest {
  file: string;
  /** 0: delivered; 1: certainly not in the archive. */
  status: number;
}

/** What the archive holds. */
export interface ArchivedWal {
  segments: readonly string[];
  histories: readonly string[];
}

/** How far replay has come. */
export type ReplayState =
  | { state: "running" }
  /** Everything that is in the archive has been replayed. */
  | { state: "complete"; lastSegment: string | undefined }
  /** The archive does not hold a file that replay needs, although it holds later ones. */
  | { state: "missing"; files: string[]; lastSegment: string }
  /** A segment was delivered again and again: its content does not continue the log. */
  | { state: "unreadable"; file: string };

/** Reads the requests that the temporary server's restore_command wrote down: `<file> <exit code>` a line. */
export function parseRequests(log: string): WalRequest[] {
  return log.split("\n").flatMap((line) => {
    const match = /^(\S+) (\d+)$/.exec(line);
    return match?.[1] === undefined ? [] : [{ file: match[1], status: Number(match[2]) }];
  });
}

/** How often the same answer must come before it is final: a standby asks again after each pause. */
const ASKED_AGAIN = 2;
/** A start reads its first segment up to three times. */
const DELIVERED_AGAIN = 6;

/**
 * Judges from what a standby asked for whether it has replayed the whole archive. A standby asks for one segment after the
 * other; once it asks for the one after the last, and nothing else, it has read all there is. That holds for records
 * longer than a segment as well, where the position alone would not tell.
 * @param start.timeline timeline of the base backup
 * @param position.replayLsn last replayed position, when the server answers
 * @param position.switchLsn where the newest timeline left its parent, when it has no segments of its own
 */
export function replayState(
  requests: readonly WalRequest[],
  archived: ArchivedWal,
  start: { timeline: number },
  position: { replayLsn?: string; switchLsn?: string },
): ReplayState {
  const newest = newestTimeline(archived, start.timeline);
  const lastSegment = archived.segments
    .filter((name) => parseSegment(name)?.timeline === newest)
    .sort()
    .at(-1);
  if (newest > start.timeline) {
    const answers = requests.filter(({ file }) => file === historyName(newest));
    if (answers.length > 0 && answers.every(({ status }) => status !== 0))
      return {
        state: "missing",
        files: [historyName(newest)],
        lastSegment: lastSegment ?? historyName(newest),
      };
  }

  const segments = requests.flatMap(({ file, status }) => {
    const segment = parseSegment(file);
    return segment === undefined ? [] : [{ file, status, number: segment.number }];
  });
  const delivered = segments.filter(({ status }) => status === 0);
  const furthest = Math.max(-1, ...delivered.map(({ number }) => number));
  if (delivered.filter(({ number }) => number === furthest).length >= DELIVERED_AGAIN)
    return { state: "unreadable", file: delivered.at(-1)?.file ?? "" };
  const absent = segments.filter(({ status, number }) => status !== 0 && number > furthest);
  const asked = absent.at(-1);
  if (asked === undefined || absent.filter(({ file }) => file === asked.file).length < ASKED_AGAIN)
    return { state: "running" };

  const last = lastSegment === undefined ? undefined : parseSegment(lastSegment);
  const reached =
    last === undefined
      ? position.switchLsn === undefined
        ? newest === start.timeline
        : position.replayLsn !== undefined && parseLsn(position.replayLsn) >= parseLsn(position.switchLsn)
      : asked.number > last.number;
  if (reached) return { state: "complete", lastSegment };
  return {
    state: "missing",
    files: [...new Set(absent.map(({ file }) => file))],
    lastSegment: lastSegment ?? historyName(newest),
  };
}

/** The newest timeline that the archive knows of. */
export function newestTimeline(archived: ArchivedWal, start: number): number {
  const timelines = [
    ...archived.segments.map((name) => parseSegment(name)?.timeline ?? 0),
    ...archived.histories.map((name) => historyTimeline(name) ?? 0),
  ];
  return timelines.reduce((newest, timeline) => Math.max(newest, timeline), start);
}
