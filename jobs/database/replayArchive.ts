import type { Client } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../lib/failure";
import { throttle } from "../../lib/throttle";
import { readIfThere } from "./dataDirectory";
import { archiveLocation, type ProvenArchive, provenArchive } from "./provenArchive";
import { newestTimeline, parseRequests, type ReplayState, replayState, type WalRequest } from "./replay";
import type { RestorePlan } from "./restorePlan";
import { queryValue, type TemporaryServer } from "./temporaryServer";
import { fullDiskRemedy, saysFullDisk } from "./volumeSpace";
import { archivePrefix } from "./walArchive";
import { historyName, parseHistory, parseSegment } from "./walPosition";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Without a new segment for this long, replay is stuck. wal-get tries about a minute for one file. */
const STALL_MS = 5 * MINUTE;
/** How often a restore looks whether another one is under way. */
const RECHECK_MS = MINUTE;

/** How far replay came. */
export interface Replay {
  /** Last segment that was replayed, and what the archive had then. */
  lastSegment: string;
  proven: ProvenArchive;
  segmentsReplayed: number;
  /** It has stopped at the target; false where it has come to the end. */
  paused: boolean;
}

/**
 * Waits until a server has replayed the archive to its end, or has paused at its target.
 * @param listed.after how many requests for WAL there were when the archive was listed: what was absent then may be there now
 * @throws Failure that names what is missing or damaged, or when replay stands still
 */
export async function replayArchive(
  plan: RestorePlan,
  listed: { proven: ProvenArchive; after: number },
  server: TemporaryServer,
  requestLog: string,
  log: (line: string) => void,
): Promise<Replay> {
  const { base } = plan;
  const timeline = parseSegment(base.backup.walStart)?.timeline ?? 1;
  const progress = throttle(log, 5 * SECOND);
  let { proven, after } = listed;
  let delivered = 0;
  let lastProgress = Date.now();
  let lastRecheck = Date.now();
  let client: Client | undefined;
  try {
    for (;;) {
      const requests = readRequests(requestLog);
      const segments = deliveredSegments(requests);
      if (segments.length > delivered) {
        progress(`replaying: ${segments.length} segments fetched, at ${segments.at(-1) ?? ""}`);
        delivered = segments.length;
        lastProgress = Date.now();
      }
      if (server.ended !== undefined) throw endedEarly(plan, server);
      if (Date.now() - lastRecheck > RECHECK_MS) {
        await plan.succession?.recheck();
        lastRecheck = Date.now();
      }
      client ??= await server.tryConnect("postgres");
      if (plan.wanted !== undefined && client !== undefined && (await isPaused(client)))
        return {
          lastSegment: segments.at(-1) ?? base.backup.walStop,
          proven,
          segmentsReplayed: segments.length,
          paused: true,
        };
      const state = replayState(
        requests.filter(({ status }, index) => status === 0 || index >= after),
        proven.archived,
        { timeline },
        {
          ...(client === undefined ? {} : { replayLsn: await replayedPosition(client) }),
          ...switchPoint(plan, newestTimeline(proven.archived, timeline)),
        },
      );
      if (state.state !== "running") {
        // The archive may have grown: the end is judged by what is there now. A rehearsal ends where it began, since the head writes on.
        const now = plan.succession === undefined ? proven : await provenArchive(plan);
        const grown = now.last !== proven.last;
        proven = now;
        if (grown) after = requests.length;
        else if (state.state !== "complete") refuseDamage(plan, state);
        else if (client !== undefined)
          return {
            lastSegment: segments.at(-1) ?? base.backup.walStop,
            proven,
            segmentsReplayed: segments.length,
            paused: false,
          };
      }
      if (Date.now() - lastProgress > STALL_MS)
        throw new Failure(
          `replay stands still after ${delivered} segments (${server.complaints().at(-1) ?? "the server said nothing"})`,
          "look at the server's log lines above, then run the restore again",
        );
      await sleep(300);
    }
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function isPaused(client: Client): Promise<boolean> {
  return (await queryValue(client, "select pg_get_wal_replay_pause_state()")) === "paused";
}

/** Requests for WAL that a server has made so far. */
export function readRequests(requestLog: string): WalRequest[] {
  return parseRequests(readIfThere(requestLog) ?? "");
}

/** Position up to which a server has replayed. */
export async function replayedPosition(client: Client): Promise<string> {
  return (await queryValue(client, "select pg_last_wal_replay_lsn()")) ?? "0/0";
}

/** Names of the segments that were delivered, in the order of the log. */
function deliveredSegments(requests: readonly WalRequest[]): string[] {
  const names = requests
    .filter(({ file, status }) => status === 0 && parseSegment(file) !== undefined)
    .map(({ file }) => file);
  return [...new Set(names)].sort((a, b) => (a.slice(8) + a < b.slice(8) + b ? -1 : 1));
}

function endedEarly(plan: RestorePlan, server: TemporaryServer): Failure {
  const complaints = server.complaints();
  const said = complaints.slice(-3).join(" / ") || "it said nothing";
  if (saysFullDisk(said))
    return new Failure(`recovery ended early: the server is gone (${said})`, fullDiskRemedy);
  const file = complaints
    .map((line) => /wal-get: (\S+): no answer/.exec(line)?.[1])
    .find((name) => name !== undefined);
  if (file === undefined)
    return new Failure(
      `recovery ended early: the server is gone, ${server.ended ?? ""} (${said})`,
      "fix what the message names, then run the restore again",
    );
  return new Failure(
    `recovery ended early: ${file} in ${locationOf(plan, file)} cannot be read (${said})`,
    "if the object store works, the object is damaged: bring back its former version, then run the restore again",
  );
}

/** Where the newest timeline left its parent; nothing when the base backup is on it. */
function switchPoint({ base, histories }: RestorePlan, newest: number): { switchLsn?: string } {
  if (newest === parseSegment(base.backup.walStart)?.timeline) return {};
  const history = parseHistory(histories.get(historyName(newest)) ?? "");
  // Beyond any position: not reached as long as it is unknown.
  return { switchLsn: history?.switchLsn ?? "FFFFFFFF/FFFFFFFF" };
}

/** Path of the repository that a file of the chain is in. */
function locationOf({ storage, chain }: RestorePlan, file: string): string {
  const timeline = parseSegment(file)?.timeline;
  const stretch = chain.stretches.find((candidate) => candidate.timeline === timeline);
  return stretch === undefined
    ? archiveLocation(storage, chain)
    : storage.describe(archivePrefix(stretch.generation, stretch.archiveId));
}

function refuseDamage(plan: RestorePlan, state: ReplayState): void {
  const remedy =
    "bring back a former version of the object (the bucket keeps versions), then run the restore again";
  if (state.state === "missing")
    throw new Failure(
      `replay needs ${state.files.join(" or ")}, which is missing in ${locationOf(plan, state.files[0] ?? "")} although ${state.lastSegment} is there: the end of the archive cannot be reached`,
      remedy,
    );
  if (state.state === "unreadable")
    throw new Failure(
      `WAL segment ${state.file} in ${locationOf(plan, state.file)} does not continue the log: it is damaged`,
      remedy,
    );
}
