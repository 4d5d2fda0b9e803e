import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { waitFor } from "../../lib/wait";
import type { ControlData } from "./controlData";
import { createRepository, untilArchived } from "./newRepository";
import type { Rebuilt } from "./rebuildIndexes";
import type { RestorePlan } from "./restorePlan";
import type { Succession } from "./succession";
import { queryValue, type TemporaryServer } from "./temporaryServer";
import { historyName, parseHistory, parseLsn, segmentAt, segmentName } from "./walPosition";

/** A generation that was opened. */
export interface OpenedGeneration {
  generation: number;
  /** Timeline that it goes on from, and the one that it began. */
  timelines: { from: number; to: number };
  /** Indexes that were rebuilt, because text is sorted differently here; absent where it is not. */
  rebuilt?: Rebuilt;
}

/** What is needed to open a generation. */
export interface OpeningArgs {
  plan: Pick<RestorePlan, "storage" | "volume" | "archiver" | "chain">;
  /** Label of the base backup that it was restored from; null for none. */
  base: string | null;
  succession: Succession;
  server: TemporaryServer;
  /** Connection as superuser; it is closed. */
  client: Client;
  control: Pick<ControlData, "systemId">;
  /** Timeline that was replayed. */
  target: number;
  /** What is done first in the new life. @returns what was rebuilt in it */
  whilePromoted: () => Promise<Rebuilt | undefined>;
  log: (line: string) => void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const remedy = "look at the server's log lines, then run the restore again";

/**
 * Promotes a server whose generation is claimed, waits until history and first segment of the new timeline are in that
 * generation's own repository, stops it, and opens the generation.
 * @throws Failure when any of that cannot be done: the generation is then not opened, and the next run takes another number
 */
export async function openGeneration(args: OpeningArgs): Promise<OpenedGeneration> {
  const { plan, base, succession, server, client, control, target, whilePromoted, log } = args;
  const { number } = succession;
  const repository = { ...plan, number };
  const archiveId = await createRepository(repository, log);
  const end = await queryValue(client, "select pg_last_wal_replay_lsn()");
  const timeline = await promote(client);
  const rebuilt = await whilePromoted();
  await client.query("checkpoint");
  await client.query("select pg_switch_wal()");
  const history = readFileSync(join(plan.volume.incoming, "pg_wal", historyName(timeline)), "utf8");
  const position = forkPosition(history, target, end);
  const firstSegment = segmentName(timeline, segmentAt(position));
  await untilArchived(repository, archiveId, [historyName(timeline), firstSegment]);
  log(
    `promoted to timeline ${timeline}: its history and ${firstSegment} are archived in generation ${number}`,
  );
  const version = await queryValue(client, "show server_version");
  await client.end();
  await server.stop(5 * MINUTE);
  await succession.open({
    systemId: control.systemId,
    pgVersion: version ?? "",
    archiveId,
    timeline,
    timelines: [timeline],
    parent: { generation: generationOf(plan, target), timeline: target, position },
    firstSegment,
    history,
    base,
  });
  return {
    generation: number,
    timelines: { from: target, to: timeline },
    ...(rebuilt === undefined ? {} : { rebuilt }),
  };
}

/**
 * Once: a server that was promoted before it was killed has begun its timeline.
 * @returns the timeline that begins
 * @throws Failure when it takes too long
 */
export async function promote(client: Client): Promise<number> {
  if ((await queryValue(client, "select pg_is_in_recovery()")) === "false") return timelineOf(client);
  if ((await queryValue(client, "select pg_promote(true, 300)")) !== "true")
    throw new Failure("the restored database could not be promoted within 300 s", remedy);
  await waitFor("the end of recovery", remedy, { timeoutMs: MINUTE, everyMs: 100 }, async () =>
    (await queryValue(client, "select pg_is_in_recovery()")) === "false" ? true : undefined,
  );
  return timelineOf(client);
}

async function timelineOf(client: Client): Promise<number> {
  await client.query("checkpoint");
  return Number(await queryValue(client, "select timeline_id from pg_control_checkpoint()"));
}

/**
 * Where a timeline left its parent, from its history.
 * @param parent the timeline that was replayed
 * @param end position to which it was replayed
 * @throws Error when the history says otherwise: such a generation must not be opened
 */
export function forkPosition(history: string, parent: number, end: string | undefined): string {
  const fork = parseHistory(history);
  if (fork?.parent !== parent)
    throw new Error(`the history of the new timeline names ${fork?.parent ?? "no parent"}, not ${parent}`);
  if (end !== undefined && parseLsn(fork.switchLsn) > parseLsn(end))
    throw new Error(`the new timeline begins at ${fork.switchLsn}, beyond ${end}, up to which was replayed`);
  return fork.switchLsn;
}

function generationOf({ chain }: OpeningArgs["plan"], timeline: number): number {
  return chain.stretches.find((stretch) => stretch.timeline === timeline)?.generation ?? chain.generation;
}
