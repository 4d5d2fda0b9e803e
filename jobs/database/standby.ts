import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { run } from "../../lib/process";
import { timelineHolding } from "../lineage/chain";
import { historiesFile, walTable } from "../lineage/walTable";
import { type CommitsAround, commitsAround } from "./commitsAround";
import type { ControlData } from "./controlData";
import { archiverEnvironment, archivingSettings } from "./newRepository";
import { type ProvenArchive, provenArchive } from "./provenArchive";
import { clearRecoverySettings } from "./recoverySettings";
import { type Replay, replayArchive, replayedPosition } from "./replayArchive";
import type { RestorePlan } from "./restorePlan";
import { targetSettings } from "./targetChoice";
import { TemporaryServer } from "./temporaryServer";

const MINUTE = 60_000;

/** A server that has replayed what is wanted, and waits. */
export interface Replaying {
  server: TemporaryServer;
  files: ReplayFiles;
  /** Timeline that it was told to follow. */
  timeline: number;
  replay: Replay;
}

/**
 * Replays to the end or to the target. A target may show only then on which timeline it lies, which PostgreSQL must be told before,
 * since it takes the timeline that it is told for the parent of the next; and a moment after the last commit is none that
 * PostgreSQL stops at. Then it is replayed again, which goes on from where it was.
 */
export async function reach(
  plan: RestorePlan,
  control: ControlData,
  log: (line: string) => void,
): Promise<Replaying> {
  const { chain, wanted } = plan;
  const proven = await provenArchive(plan);
  const told = wanted?.target.kind === "lsn" ? timelineHolding(chain, wanted.target.lsn) : proven.target;
  const replaying = await replayOnce(plan, control, proven, told, log);
  if (wanted === undefined) return replaying;
  const { server, replay } = replaying;
  try {
    if (!replay.paused) {
      if (wanted.target.kind !== "time")
        throw new Failure(
          `${wanted.text} is not in the archive: it was replayed from base backup ${plan.base.label} to its end, ${replay.lastSegment}`,
          "check the target (lstm-pfd:restoreTo), then run the restore again",
        );
      log(`no commit after ${wanted.text} is archived: the end of the archive is what was there then`);
      await server.discard();
      return await replayOnce({ ...plan, wanted: undefined }, control, proven, told, log);
    }
    const client = await server.connect(plan.database, MINUTE);
    const holding = timelineHolding(chain, await replayedPosition(client));
    await client.end();
    if (holding === told) return replaying;
    log(`the target lies on timeline ${holding}: replaying with that`);
    await server.discard();
    return await replayOnce(plan, control, proven, holding, log);
  } catch (error) {
    await server.discard();
    throw error;
  }
}

async function replayOnce(
  plan: RestorePlan,
  control: ControlData,
  proven: ProvenArchive,
  timeline: number,
  log: (line: string) => void,
): Promise<Replaying> {
  const { volume, succession, archiver, wanted } = plan;
  clearRecoverySettings(volume.incoming);
  writeFileSync(join(volume.incoming, "standby.signal"), "");
  const server = new TemporaryServer(volume.incoming, log);
  try {
    const files = writeFiles(plan, server.directory);
    server.start(
      {
        ...control.minimumSettings,
        ...standbySettings({ files, lastSegment: plan.acceptLossAfter, target: timeline }),
        ...(wanted === undefined ? {} : targetSettings(wanted.target)),
        // Nothing is archived before the promotion.
        ...(succession === undefined
          ? { archive_mode: "off" }
          : archivingSettings(archiver === undefined ? "the pod's" : "the archiver's")),
        shared_buffers: plan.sharedBuffers,
      },
      archiverEnvironment(volume, archiver),
    );
    const replay = await replayArchive(plan, { proven, after: 0 }, server, files.requests, log);
    return { server, files, timeline, replay };
  } catch (error) {
    await server.discard();
    throw error;
  }
}

/** What lies on both sides of a target, told before anything of it is made permanent. */
export async function reachedTarget(
  { volume, wanted, archiver }: RestorePlan,
  { server, files, timeline }: Replaying,
  client: Client,
  log: (line: string) => void,
): Promise<{ target: string } & CommitsAround> {
  const around = await commitsAround(client, {
    timeline,
    walDirectory: join(volume.incoming, "pg_wal"),
    scratch: join(server.directory, "ahead"),
    fetch: async (segment, file) => {
      const env = {
        ...archiverEnvironment(volume, archiver),
        WAL_TABLE: files.table,
        WAL_HISTORIES: files.histories,
      };
      try {
        await run("/opt/recovery/bin/wal-get", [segment, file], { env, timeoutMs: 2 * MINUTE });
        return true;
      } catch {
        return false;
      }
    },
  });
  const target = wanted?.text ?? "";
  log(
    `target ${target}: the last commit that came back is of ${around.lastCommit ?? "an unknown time"}, the first one that did not of ${around.firstCommitAfter ?? "an unknown time (none is archived nearby)"}`,
  );
  return { target, ...around };
}

/** Files beside the server's socket that its restore_command reads and writes. */
export interface ReplayFiles {
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
