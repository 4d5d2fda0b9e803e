import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { waitFor } from "../../lib/wait";
import { throttle } from "../../lib/throttle";
import { reconcileApplicationRole } from "./applicationRole";
import { readControlData, readIfThere } from "./dataDirectory";
import { inspectDatabase, type Inspection } from "./inspection";
import { newestTimeline, parseRequests, type ReplayState, replayState, type WalRequest } from "./replay";
import { programEnvironment } from "./programEnvironment";
import type { RestorePlan } from "./restorePlan";
import { queryValue, TemporaryServer } from "./temporaryServer";
import type { GivenUp } from "./acceptedLoss";
import { type ProvenArchive, provenArchive } from "./provenArchive";
import { archivePrefix } from "./walArchive";
import { historyName, parseHistory, parseSegment } from "./walPosition";

/** What replay and promotion did. */
export interface Recovery extends Inspection {
  /** Timeline of the base backup, and the one that the promotion began. */
  timelines: { from: number; to: number };
  lastSegment: string;
  segmentsReplayed: number;
  replayedLsn: string;
  /** Commit time of the last replayed transaction, ISO. */
  replayedAt: string | null;
  replaySeconds: number;
  systemId: string;
  /** What lies beyond a hole that an operator accepted. */
  givenUp?: GivenUp;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Without a new segment for this long, replay is stuck. wal-get tries about a minute for one file. */
const STALL_MS = 5 * MINUTE;

/**
 * Brings the base backup in `volume.incoming` to the end of the archive as a standby, checks that it is the end, looks at the
 * data, promotes, sets the application's role and stops cleanly.
 */
export async function recoverDatabase(plan: RestorePlan, log: (line: string) => void): Promise<Recovery> {
  const { volume, lineage, role } = plan;
  const control = await readControlData(volume.incoming);
  // pgBackRest leaves recovery.signal, which a promotion of a standby would leave behind for the next start to follow.
  rmSync(join(volume.incoming, "recovery.signal"), { force: true });
  writeFileSync(join(volume.incoming, "standby.signal"), "");
  const server = new TemporaryServer(volume.incoming, log);
  try {
    const proven = await provenArchive(plan);
    reserveTimelines(volume.incoming, proven);
    const requests = join(server.directory, "requests");
    writeFileSync(requests, "");
    const start = Date.now();
    server.start(
      {
        ...control.minimumSettings,
        ...standbySettings(requests, plan.archiver !== undefined, {
          lastSegment: plan.acceptLossAfter,
          target: proven.target,
        }),
        shared_buffers: plan.sharedBuffers,
      },
      recoveryEnvironment(plan),
    );
    const replay = await replayArchive(plan, proven, server, requests, log);
    const client = await server.connect(role.database, MINUTE);
    try {
      const replayedLsn = (await queryValue(client, "select pg_last_wal_replay_lsn()")) ?? "";
      const replayedAt = await queryValue(
        client,
        "select round(extract(epoch from pg_last_xact_replay_timestamp()) * 1000)",
      );
      const replaySeconds = secondsSince(start);
      log(
        `replayed ${replay.segmentsReplayed} segments to ${replayedLsn}, the end of the archive, in ${replaySeconds} s`,
      );
      const inspection = await inspectDatabase(client, lineage.record?.rowCounts ?? {}, plan.mayBeEmpty);
      log(
        `inspected: ${Object.keys(inspection.rowCounts).length} tables, newest heartbeat ${inspection.heartbeatAt}`,
      );
      const to = await promote(plan, client, log);
      await reconcileApplicationRole(client, role);
      log(`role ${role.name} set to the password in force, owner of ${role.database}`);
      await client.query("checkpoint");
      await client.end();
      await server.stop(5 * MINUTE);
      return {
        timelines: { from: replay.timeline, to },
        lastSegment: replay.lastSegment,
        segmentsReplayed: replay.segmentsReplayed,
        replayedLsn,
        replayedAt: replayedAt === undefined ? null : new Date(Number(replayedAt)).toISOString(),
        replaySeconds,
        systemId: control.systemId,
        ...(replay.givenUp === undefined ? {} : { givenUp: replay.givenUp }),
        ...inspection,
      };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await server.discard();
  }
}

/**
 * Settings of the server that replays.
 * @param requests file that takes each request for WAL and its outcome
 * @param hasArchiverKeys whether its environment holds other keys to archive with than to fetch with
 * @param end.lastSegment where replay has to stop, before a hole; empty for the end of the archive
 * @param end.target timeline to replay; by its number where replay stops early: the latest may begin beyond the hole, and would
 * then become the parent of the next
 */
export function standbySettings(
  requests: string,
  hasArchiverKeys: boolean,
  { lastSegment, target }: { lastSegment: string; target: number | "latest" },
): Record<string, string> {
  // The shell puts the writer's keys in: they must not stand in the arguments of any process.
  const keys = hasArchiverKeys
    ? 'PGBACKREST_REPO1_S3_KEY="$ARCHIVER_S3_KEY" PGBACKREST_REPO1_S3_KEY_SECRET="$ARCHIVER_S3_KEY_SECRET" '
    : "";
  return {
    hot_standby: "on",
    // The request log shows when replay has asked for the segment after the last one.
    restore_command: `${lastSegment === "" ? "" : `LAST_SEGMENT=${lastSegment} `}/opt/recovery/bin/wal-get %f %p; status=$?; echo "%f $status" >> ${requests}; exit $status`,
    recovery_target_timeline: String(target),
    wal_retrieve_retry_interval: "1s",
    wal_level: "replica",
    archive_mode: "on",
    archive_command: `${keys}pgbackrest --stanza=main archive-push %p`,
    max_wal_size: "2GB",
  };
}

/**
 * Keeps the next timeline off numbers that were given up: PostgreSQL takes the first one whose history it finds neither in
 * the archive nor here, and the history may be what is missing.
 */
function reserveTimelines(dataDirectory: string, { takenTimelines }: ProvenArchive): void {
  for (const timeline of takenTimelines)
    writeFileSync(join(dataDirectory, "pg_wal", historyName(timeline)), "");
}

/** Environment of a server that fetches with the reader's keys and archives with the writer's, or does both as its pod. */
function recoveryEnvironment({ volume, archiver }: RestorePlan): Record<string, string> {
  return programEnvironment(process.env, {
    PGBACKREST_PG1_PATH: volume.incoming,
    // One line for each segment is PostgreSQL's own.
    PGBACKREST_LOG_LEVEL_CONSOLE: "warn",
    ...(archiver === undefined
      ? {}
      : { ARCHIVER_S3_KEY: archiver.key, ARCHIVER_S3_KEY_SECRET: archiver.secret }),
  });
}

async function replayArchive(
  plan: RestorePlan,
  before: ProvenArchive,
  server: TemporaryServer,
  requestLog: string,
  log: (line: string) => void,
): Promise<{
  timeline: number;
  lastSegment: string;
  segmentsReplayed: number;
  givenUp: GivenUp | undefined;
}> {
  const { lineage } = plan;
  const timeline = parseSegment(lineage.backup.walStart)?.timeline ?? 1;
  const progress = throttle(log, 5 * SECOND);
  let proven = before;
  let delivered = 0;
  let lastProgress = Date.now();
  let client: Client | undefined;
  const judge = async (requests: readonly WalRequest[]): Promise<ReplayState> =>
    replayState(
      requests,
      proven.archived,
      { timeline },
      {
        ...(client === undefined
          ? {}
          : { replayLsn: (await queryValue(client, "select pg_last_wal_replay_lsn()")) ?? "0/0" }),
        ...switchPoint(plan, newestTimeline(proven.archived, timeline)),
      },
    );
  try {
    for (;;) {
      const requests = parseRequests(readIfThere(requestLog) ?? "");
      const segments = deliveredSegments(requests);
      if (segments.length > delivered) {
        progress(`replaying: ${segments.length} segments fetched, at ${segments.at(-1) ?? ""}`);
        delivered = segments.length;
        lastProgress = Date.now();
      }
      if (server.ended !== undefined) throw endedEarly(plan, server);
      client ??= await server.tryConnect("postgres");
      let state = await judge(requests);
      if (state.state !== "running") {
        // The archive may have grown: the end is judged by what is there now.
        proven = await provenArchive(plan);
        state = await judge(requests);
      }
      if (state.state === "complete" && client !== undefined)
        return {
          timeline,
          lastSegment: segments.at(-1) ?? lineage.backup.walStop,
          segmentsReplayed: segments.length,
          givenUp: proven.givenUp,
        };
      refuseDamage(plan, state);
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

/** Names of the segments that were delivered, in the order of the log. */
function deliveredSegments(requests: readonly WalRequest[]): string[] {
  const names = requests
    .filter(({ file, status }) => status === 0 && parseSegment(file) !== undefined)
    .map(({ file }) => file);
  return [...new Set(names)].sort((a, b) => (a.slice(8) + a < b.slice(8) + b ? -1 : 1));
}

function endedEarly({ storage, generation, lineage }: RestorePlan, server: TemporaryServer): Failure {
  const complaints = server.complaints();
  const said = complaints.slice(-3).join(" / ") || "it said nothing";
  const file = complaints
    .map((line) => /wal-get: (\S+): no answer/.exec(line)?.[1])
    .find((name) => name !== undefined);
  if (file === undefined)
    return new Failure(
      `recovery ended early: the server is gone, ${server.ended ?? ""} (${said})`,
      "fix what the message names, then run the restore again",
    );
  return new Failure(
    `recovery ended early: ${file} in ${storage.describe(archivePrefix(generation, lineage.archiveId))} cannot be read (${said})`,
    "if the object store works, the object is damaged: bring back its former version, then run the restore again",
  );
}

/** Where the newest timeline left its parent; nothing when the base backup is on it or its history is not here yet. */
function switchPoint({ volume, lineage }: RestorePlan, newest: number): { switchLsn?: string } {
  if (newest === parseSegment(lineage.backup.walStart)?.timeline) return {};
  const history = parseHistory(readIfThere(volume.incoming, "pg_wal", historyName(newest)) ?? "");
  // Beyond any position: not reached as long as it is unknown.
  return { switchLsn: history?.switchLsn ?? "FFFFFFFF/FFFFFFFF" };
}

function refuseDamage({ storage, generation, lineage }: RestorePlan, state: ReplayState): void {
  const location = storage.describe(archivePrefix(generation, lineage.archiveId));
  const remedy =
    "bring back a former version of the object (the bucket keeps versions), then run the restore again";
  if (state.state === "missing")
    throw new Failure(
      `replay needs ${state.files.join(" or ")}, which is missing in ${location} although ${state.lastSegment} is there: the end of the archive cannot be reached`,
      remedy,
    );
  if (state.state === "unreadable")
    throw new Failure(
      `WAL segment ${state.file} in ${location} does not continue the log: it is damaged`,
      remedy,
    );
}

/** @returns the timeline that begins */
async function promote(plan: RestorePlan, client: Client, log: (line: string) => void): Promise<number> {
  const { storage, generation, lineage } = plan;
  const remedy = "look at the server's log lines, then run the restore again";
  if ((await queryValue(client, "select pg_promote(true, 300)")) !== "true")
    throw new Failure("the restored database could not be promoted within 300 s", remedy);
  await waitFor("the end of recovery", remedy, { timeoutMs: MINUTE, everyMs: 100 }, async () =>
    (await queryValue(client, "select pg_is_in_recovery()")) === "false" ? true : undefined,
  );
  await client.query("checkpoint");
  const timeline = Number(await queryValue(client, "select timeline_id from pg_control_checkpoint()"));
  const key = `${archivePrefix(generation, lineage.archiveId)}${historyName(timeline)}`;
  await waitFor(
    `the history of timeline ${timeline} to be archived as ${storage.describe(key)}`,
    "check that the writer's keys (ARCHIVE_S3_KEY), or else the pod's role, may write there, then run the restore again",
    { timeoutMs: 3 * MINUTE, everyMs: 500 },
    async () => ((await storage.list(key, 1)).length > 0 ? true : undefined),
  );
  log(`promoted to timeline ${timeline}, its history is archived`);
  return timeline;
}
