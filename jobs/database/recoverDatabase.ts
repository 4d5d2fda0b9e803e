import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { throttle } from "../../lib/throttle";
import { historiesFile, walTable } from "../lineage/walTable";
import { reconcileApplicationRole } from "./applicationRole";
import { readControlData, readIfThere } from "./dataDirectory";
import { heartbeatProblem } from "./dataAge";
import { inspectDatabase, type Inspection } from "./inspection";
import { openGeneration } from "./openGeneration";
import { newestTimeline, parseRequests, type ReplayState, replayState, type WalRequest } from "./replay";
import { archiverEnvironment, archivingSettings } from "./newRepository";
import { clearRecoverySettings } from "./recoverySettings";
import type { RestorePlan } from "./restorePlan";
import { queryValue, TemporaryServer } from "./temporaryServer";
import type { GivenUp } from "./acceptedLoss";
import { archiveLocation, type ProvenArchive, provenArchive } from "./provenArchive";
import { fullDiskRemedy, saysFullDisk } from "./volumeSpace";
import { archivePrefix } from "./walArchive";
import { historyName, parseHistory, parseSegment } from "./walPosition";

/** What replay and promotion did. */
export interface Recovery extends Inspection {
  lastSegment: string;
  segmentsReplayed: number;
  replayedLsn: string;
  /** Commit time of the last replayed transaction, ISO. */
  replayedAt: string | null;
  replaySeconds: number;
  systemId: string;
  /** What lies beyond a hole that an operator accepted. */
  givenUp?: GivenUp;
  /** The generation that was opened; absent after a rehearsal, like what follows. */
  generation?: number;
  /** Timeline that it goes on from, and the one that it began. */
  timelines?: { from: number; to: number };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Without a new segment for this long, replay is stuck. wal-get tries about a minute for one file. */
const STALL_MS = 5 * MINUTE;
/** How often a restore looks whether another one is under way. */
const RECHECK_MS = MINUTE;

/**
 * Brings the base backup in `volume.incoming` to the end of the archive as a standby, checks that it is the end, and looks at the
 * data. Then it takes over: claims the next generation, reads the archive once more, promotes into that generation's own
 * path, sets the application's role, stops cleanly and opens it. A rehearsal ends before the claim.
 */
export async function recoverDatabase(plan: RestorePlan, log: (line: string) => void): Promise<Recovery> {
  const { volume, role, succession } = plan;
  const control = await readControlData(volume.incoming);
  clearRecoverySettings(volume.incoming);
  writeFileSync(join(volume.incoming, "standby.signal"), "");
  const server = new TemporaryServer(volume.incoming, log);
  try {
    const proven = await provenArchive(plan);
    const files = writeFiles(plan, server.directory);
    const start = Date.now();
    server.start(
      {
        ...control.minimumSettings,
        ...standbySettings({
          files,
          lastSegment: plan.acceptLossAfter,
          target: proven.target,
        }),
        // Nothing is archived before the promotion.
        ...(succession === undefined
          ? { archive_mode: "off" }
          : archivingSettings(plan.archiver === undefined ? "the pod's" : "the archiver's")),
        shared_buffers: plan.sharedBuffers,
      },
      archiverEnvironment(volume, plan.archiver),
    );
    const first = await replayArchive(plan, { proven, after: 0 }, server, files.requests, log);
    const client = await server.connect(role.database, MINUTE);
    try {
      const inspected = await inspect(plan, client, first.proven, log);
      await succession?.claim();
      const replay =
        succession === undefined ? first : await replayTail(plan, first, server, files.requests, log);
      const inspection = replay === first ? inspected : await inspect(plan, client, replay.proven, log);
      const replayedLsn = await replayedPosition(client);
      const replayedAt = await queryValue(
        client,
        "select round(extract(epoch from pg_last_xact_replay_timestamp()) * 1000)",
      );
      const replaySeconds = secondsSince(start);
      log(
        `replayed ${replay.segmentsReplayed} segments to ${replayedLsn}, the end of the archive, in ${replaySeconds} s`,
      );
      const opened =
        succession === undefined
          ? {}
          : await openGeneration({
              plan,
              succession,
              server,
              client,
              control,
              target: proven.target,
              whilePromoted: async () => {
                await reconcileApplicationRole(client, role);
                log(`role ${role.name} set to the password in force, owner of ${role.database}`);
              },
              log,
            });
      if (succession === undefined) await stop(client, server);
      return {
        lastSegment: replay.lastSegment,
        segmentsReplayed: replay.segmentsReplayed,
        replayedLsn,
        replayedAt: replayedAt === undefined ? null : new Date(Number(replayedAt)).toISOString(),
        replaySeconds,
        systemId: control.systemId,
        ...(replay.proven.givenUp === undefined ? {} : { givenUp: replay.proven.givenUp }),
        ...opened,
        ...inspection,
      };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await server.discard();
  }
}

async function inspect(
  plan: RestorePlan,
  client: Client,
  { last, lastArchivedAt }: Pick<ProvenArchive, "last" | "lastArchivedAt">,
  log: (line: string) => void,
): Promise<Inspection> {
  const inspection = await inspectDatabase(client, plan.record?.rowCounts ?? {}, plan.mayBeEmpty);
  log(
    `inspected: ${Object.keys(inspection.rowCounts).length} tables, newest heartbeat ${inspection.heartbeatAt}`,
  );
  const now = plan.storage.storeTime;
  if (lastArchivedAt !== undefined && now !== undefined) {
    const problem = heartbeatProblem(
      { segment: last, archivedAt: lastArchivedAt, ageSeconds: 0 },
      new Date(inspection.heartbeatAt),
      { ...plan, now },
    );
    if (problem !== undefined) throw new Failure(problem.reason, problem.remedy);
  }
  return inspection;
}

/** Whoever is superseded may have archived until the claim: that is replayed too. */
async function replayTail(
  plan: RestorePlan,
  first: Replay,
  server: TemporaryServer,
  requestLog: string,
  log: (line: string) => void,
): Promise<Replay> {
  const after = readRequests(requestLog).length;
  const proven = await provenArchive(plan);
  if (proven.last === first.proven.last) return first;
  log(`${proven.last} was archived while the restore was under way: replaying up to it`);
  return replayArchive(plan, { proven, after }, server, requestLog, log);
}

async function stop(client: Client, server: TemporaryServer): Promise<void> {
  await client.end();
  await server.stop(5 * MINUTE);
}

/** Files beside the server's socket that its restore_command reads and writes. */
interface ReplayFiles {
  /** Takes each request for WAL and its outcome. */
  requests: string;
  /** Which repository has which segment. */
  table: string;
  /** Directory with the histories of all timelines that are known. */
  histories: string;
}

function writeFiles({ chain, histories }: RestorePlan, directory: string): ReplayFiles {
  const files = {
    requests: join(directory, "requests"),
    table: join(directory, "wal-table"),
    histories: join(directory, "histories"),
  };
  writeFileSync(files.requests, "");
  writeFileSync(files.table, walTable(chain));
  mkdirSync(files.histories);
  for (const [name, text] of histories) writeFileSync(historiesFile(files.histories, name), text);
  return files;
}

/** Settings of the server that replays. */
export function standbySettings({
  files,
  lastSegment,
  target,
}: {
  files: ReplayFiles;
  /** Where replay has to stop, before a hole; empty for the end of the archive. */
  lastSegment: string;
  /** Timeline to replay, always by its number: the latest may be that of a dead branch, and would become a wrong parent. */
  target: number;
}): Record<string, string> {
  const where = `WAL_TABLE=${files.table} WAL_HISTORIES=${files.histories} ${lastSegment === "" ? "" : `LAST_SEGMENT=${lastSegment} `}`;
  return {
    hot_standby: "on",
    // The request log shows when replay has asked for the segment after the last one.
    restore_command: `${where}/opt/recovery/bin/wal-get %f %p; status=$?; echo "%f $status" >> ${files.requests}; exit $status`,
    recovery_target_timeline: String(target),
    wal_retrieve_retry_interval: "1s",
    wal_level: "replica",
    max_wal_size: "2GB",
  };
}

/** How far replay came. */
interface Replay {
  /** Last segment that was replayed, and what the archive had then. */
  lastSegment: string;
  proven: ProvenArchive;
  segmentsReplayed: number;
}

/** @param listed.after how many requests for WAL there were when the archive was listed: what was absent then may be there now */
async function replayArchive(
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
        // The archive may have grown: the end is judged by what is there now.
        const now = await provenArchive(plan);
        const grown = now.last !== proven.last;
        proven = now;
        if (grown) after = requests.length;
        else if (state.state !== "complete") refuseDamage(plan, state);
        else if (client !== undefined)
          return {
            lastSegment: segments.at(-1) ?? base.backup.walStop,
            proven,
            segmentsReplayed: segments.length,
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

function readRequests(requestLog: string): WalRequest[] {
  return parseRequests(readIfThere(requestLog) ?? "");
}

async function replayedPosition(client: Client): Promise<string> {
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
