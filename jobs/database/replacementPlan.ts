import type { Client } from "pg";
import type { LineageStore } from "../lineage/lineageStore";
import { headOf } from "../lineage/readLineage";
import { readVolumeLife } from "../lineage/volumeLife";
import type { Window } from "../lineage/window";
import type { ObjectStorage } from "../objectStorage";
import { infoOf } from "./basesToRestore";
import { newestInHead, wayBack } from "./bringBack";
import { describeDifferences } from "./collationProblem";
import { recordOf } from "./databaseBackups";
import { countRows } from "./inspection";
import { keptSummaries, type KeptSummary } from "./keptDatabase";
import { lastReport, type LastReport } from "./lastReport";
import { provenArchive } from "./provenArchive";
import { replacementUnderWay } from "./replacement";
import { requestedTarget } from "./requestedTarget";
import { segmentsToReplay } from "./restoreDatabase";
import { describeWindow, recoverableWindow } from "./recoverableWindow";
import type { WantedTarget } from "./targetChoice";
import { queryValue } from "./temporaryServer";
import { usableIn } from "./usableBase";
import { type Volume } from "./volume";
import { freeBytes, neededBytes } from "./volumeSpace";

/** What a replacement in place would do. */
export interface ReplacementPlan {
  action: "planned";
  /** As it was asked for; empty for the end of the archive. */
  wanted: string;
  /** Generation that is served, and the one whose archive is replayed. */
  head: number;
  source: number;
  base: { label: string; stoppedAt: string; generation: number };
  /** What can be gone back to, in words. */
  window: string;
  /** To fetch, to write, and what the volume has. */
  repositoryBytes: number;
  neededBytes: number;
  roomBytes: number;
  segments: number;
  /** By the rates of the last restore on this volume; null where there was none. */
  seconds: number | null;
  /** Newest heartbeat of the database that is served; null where it does not answer. */
  heartbeatAt: string | null;
  /** Seconds from the target to the clock of the server that is served: what was written in them goes. Null where that cannot be told before the replay. */
  lossSeconds: number | null;
  /** Rows of the database that is served; null where it does not answer. */
  rowCounts: Record<string, number> | null;
  /** Why all indexes would be rebuilt; null where they would not, as far as the record of the base backup tells. */
  rebuilds: string | null;
  kept: KeptSummary[];
  /** What is under way already, as it was asked for; null for nothing. */
  underWay: string | null;
}

/** What a plan is made from. */
export interface PlanQuery {
  volume: Volume;
  storage: ObjectStorage;
  store: LineageStore;
  wanted: WantedTarget | undefined;
  wantedLabel: string;
  /** Days of recovery to any second. */
  windowDays: number;
  /** Of the server in this image. */
  postgresMajor: string;
  /** Collation versions that an operator accepts; empty for none. */
  acceptCollations: string;
  /** Connection to the database that is served; undefined where it does not answer. */
  client: Client | undefined;
}

/**
 * Looks up what a replacement would do, and changes nothing.
 * @throws Failure when it would be refused
 */
export async function planReplacement(
  query: PlanQuery,
  log: (line: string) => void,
): Promise<ReplacementPlan> {
  const { volume, storage, store, wanted, client } = query;
  const lineage = await store.read();
  const head = headOf(lineage)?.number ?? readVolumeLife(volume.life)?.generation ?? 0;
  // What a living server holds is archived when it is stopped.
  const servedAt = client === undefined ? undefined : await timeOf(client, now);
  const newest = servedAt === undefined ? await newestInHead(storage, lineage) : new Date(servedAt);
  const { parent, chain, bases } = await wayBack(
    { ...query, dataDirectory: { state: "empty" }, inPlace: true },
    lineage,
    head,
    newest,
    log,
  );
  const [base] = bases;
  const differences = await usableIn(query)(base, await recordOf(storage, base), log);
  const proven = await provenArchive({ storage, chain, base, acceptLossAfter: "", wanted });
  const segments = segmentsToReplay(base.backup.walStart, proven.last);
  const windows = await recoverableWindow({ storage, info: infoOf(volume) }, lineage);
  const heartbeatAt = client === undefined ? undefined : await timeOf(client, heartbeat);
  return {
    action: "planned",
    wanted: requestedTarget(query),
    head,
    source: parent,
    base: {
      label: base.label,
      stoppedAt: base.backup.stoppedAt.toISOString(),
      generation: base.generation,
    },
    window: describeWindow(lineage, servedUntil(windows, head, servedAt === undefined ? undefined : newest)),
    repositoryBytes: base.backup.repositoryBytes,
    neededBytes: neededBytes(base.backup.databaseBytes, segments, differences.length > 0),
    roomBytes: await freeBytes(volume),
    segments,
    seconds: estimatedSeconds(lastReport(volume), base.backup.databaseBytes, segments),
    heartbeatAt: heartbeatAt ?? null,
    lossSeconds: lossOf(wanted, servedAt),
    rowCounts: client === undefined ? null : await countRows(client),
    rebuilds: differences.length === 0 ? null : describeDifferences(differences),
    kept: keptSummaries(volume),
    underWay: replacementUnderWay(volume)?.wanted ?? null,
  };
}

/** A living server archives what it holds when it is stopped: the head's last stretch goes up to now. */
function servedUntil(windows: readonly Window[], head: number, now: Date | undefined): Window[] {
  return windows.map((window) => {
    const last = window.spans.at(-1);
    if (window.generation !== head || last === undefined || now === undefined || now <= last.to)
      return window;
    return { ...window, spans: [...window.spans.slice(0, -1), { from: last.from, to: now }] };
  });
}

const now = "select clock_timestamp() as at";
const heartbeat = "select max(at) as at from recovery.heartbeat";

/** A moment that the server tells, ISO. */
function timeOf(client: Client, query: string): Promise<string | undefined> {
  return queryValue(
    client,
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from (${query}) as told`,
  );
}

/** Seconds of writes that a target gives up; the end of the archive gives up none, since all is archived before. */
export function lossOf(wanted: WantedTarget | undefined, servedAt: string | undefined): number | null {
  if (wanted === undefined) return 0;
  if (wanted.target.kind !== "time" || servedAt === undefined) return null;
  return Math.max(0, Math.round((Date.parse(servedAt) - wanted.target.at.getTime()) / 1000));
}

/** @param report of the last restore on this volume */
export function estimatedSeconds(report: LastReport, databaseBytes: number, segments: number): number | null {
  const { downloadSeconds, databaseBytes: bytes, replaySeconds, segmentsReplayed } = report;
  if (downloadSeconds === undefined || bytes === undefined || bytes === 0) return null;
  if (replaySeconds === undefined || segmentsReplayed === undefined) return null;
  const fetching = (downloadSeconds / bytes) * databaseBytes;
  const replaying = (replaySeconds / Math.max(1, segmentsReplayed)) * segments;
  return Math.ceil(fetching + replaying);
}
