import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { waitFor } from "../../lib/wait";
import type { Chain } from "../lineage/chain";
import { historiesFile } from "../lineage/walTable";
import type { ObjectStorage } from "../objectStorage";
import { type ApplicationRole, reconcileApplicationRole } from "./applicationRole";
import type { ControlData } from "./controlData";
import { readControlData } from "./dataDirectory";
import { dataCollations } from "./dataCollations";
import { beat, inspectDatabase, type Inspection } from "./inspection";
import type { KeptDatabase } from "./keptDatabase";
import { type ArchiverKey, archiverEnvironment, archivingSettings } from "./newRepository";
import { openGeneration } from "./openGeneration";
import { type Rebuilt, rebuildIndexes } from "./rebuildIndexes";
import { clearRecoverySettings } from "./recoverySettings";
import type { Succession } from "./succession";
import { queryValue, TemporaryServer } from "./temporaryServer";
import type { Volume } from "./volume";
import { historyTimeline, parseHistory, parseLsn } from "./walPosition";

const MINUTE = 60_000;

/** What the promotion of a kept database needs. */
export interface PromoteKeptPlan {
  /** Its `incoming` is the kept directory. */
  volume: Volume;
  storage: ObjectStorage;
  kept: KeptDatabase;
  /** The way to the generation that it was. */
  chain: Chain;
  histories: ReadonlyMap<string, string>;
  role: ApplicationRole;
  archiver: ArchiverKey | undefined;
  sharedBuffers: string;
  /** Collation versions that an operator accepts, as in "icu:153.128,libc:2.41"; empty for none. */
  acceptCollations: string;
}

/**
 * Promotes the directory of a database that was shut down, without any WAL but its own, and opens it as the generation of a
 * succession. A directory that was promoted before and not opened goes on where it was.
 * @see https://www.postgresql.org/docs/15/runtime-config-wal.html#GUC-RECOVERY-TARGET-TIMELINE
 * @throws Failure when the directory is not the one that was kept
 */
export async function promoteKept(
  plan: PromoteKeptPlan,
  succession: Succession,
  log: (line: string) => void,
): Promise<Pick<Inspection, "rowCounts" | "heartbeatAt"> & { rebuilt?: Rebuilt }> {
  const { volume, kept, role, archiver } = plan;
  const control = await readControlData(volume.incoming);
  const promotedBefore = wasPromoted(control, volume.incoming, kept);
  const server = new TemporaryServer(volume.incoming, log);
  try {
    clearRecoverySettings(volume.incoming);
    // Of a server that ended with its pod: nobody else has the lock of the volume.
    rmSync(join(volume.incoming, "postmaster.pid"), { force: true });
    server.start(
      {
        ...control.minimumSettings,
        ...(promotedBefore ? {} : standbySettings(plan, server.directory)),
        ...archivingSettings(archiver === undefined ? "the pod's" : "the archiver's"),
        wal_level: "replica",
        shared_buffers: plan.sharedBuffers,
      },
      archiverEnvironment(volume, archiver),
    );
    const client = await server.connect(role.database, 10 * MINUTE);
    if (!promotedBefore)
      await waitFor(
        `the kept database to come to its end, ${kept.lsn}`,
        "look at the server's log lines",
        { timeoutMs: 5 * MINUTE, everyMs: 100 },
        async () => {
          const at = (await queryValue(client, "select pg_last_wal_replay_lsn()")) ?? "0/0";
          return parseLsn(at) >= parseLsn(kept.lsn) ? true : undefined;
        },
      );
    const { rowCounts, heartbeatAt } = await inspectDatabase(client, {}, []);
    log(`inspected: ${Object.keys(rowCounts).length} tables, newest heartbeat ${heartbeatAt}`);
    const connect = (database: string): Promise<Client> => server.connect(database, MINUTE);
    const data = { client, connect, subject: `the kept database of generation ${kept.generation}`, ...plan };
    // This may be another image than the one that has served it.
    const { differences } = await dataCollations(data, log);
    await succession.claim();
    const { rebuilt } = await openGeneration({
      plan,
      base: null,
      succession,
      server,
      client,
      control,
      target: kept.timeline,
      whilePromoted: async () => {
        await reconcileApplicationRole(client, role);
        const done = differences.length === 0 ? undefined : await rebuildIndexes(data, differences, log);
        await beat(client);
        return done;
      },
      log,
    });
    return { rowCounts, heartbeatAt, ...(rebuilt === undefined ? {} : { rebuilt }) };
  } finally {
    await server.discard();
  }
}

/**
 * Whether a kept directory was promoted by an undo that was killed.
 * @throws Failure when it is neither as it was kept nor promoted from there
 */
export function wasPromoted(
  { systemId, timeline, checkpointLsn }: Pick<ControlData, "systemId" | "timeline" | "checkpointLsn">,
  directory: string,
  kept: Pick<KeptDatabase, "generation" | "systemId" | "timeline" | "lsn">,
): boolean {
  if (systemId === kept.systemId) {
    // Until its first checkpoint, the control file of a promoted directory is still that of the kept one.
    const asKept = timeline === kept.timeline && checkpointLsn === kept.lsn;
    const begun = existsSync(join(directory, "standby.signal")) ? [] : timelinesFrom(directory, kept);
    if (asKept) return begun.length > 0;
    if (begun.includes(timeline)) return true;
  }
  throw new Failure(
    `${directory} is not as it was kept: generation ${kept.generation} was shut down at ${kept.lsn} on timeline ${kept.timeline}, and this is at ${checkpointLsn} on timeline ${timeline}`,
    "somebody has started a server on it; what it holds is in no generation: look at it by hand, and bring the archive's state back with --to instead",
  );
}

/** Timelines that begin at the end of a kept database, or after it. */
function timelinesFrom(directory: string, kept: Pick<KeptDatabase, "timeline" | "lsn">): number[] {
  const wal = join(directory, "pg_wal");
  return readdirSync(wal).flatMap((name) => {
    const timeline = historyTimeline(name);
    if (timeline === undefined) return [];
    const fork = parseHistory(readFileSync(join(wal, name), "utf8"));
    return fork?.parent === kept.timeline && parseLsn(fork.switchLsn) >= parseLsn(kept.lsn) ? [timeline] : [];
  });
}

/** Replays nothing but what lies in the directory itself; histories keep the numbers of other timelines taken. */
function standbySettings(
  { volume, kept, histories }: PromoteKeptPlan,
  directory: string,
): Record<string, string> {
  const known = join(directory, "histories");
  mkdirSync(known);
  for (const [name, text] of histories) writeFileSync(historiesFile(known, name), text);
  writeFileSync(join(volume.incoming, "standby.signal"), "");
  return {
    hot_standby: "on",
    restore_command: `test -f ${known}/%f && cp ${known}/%f %p`,
    recovery_target_timeline: String(kept.timeline),
    wal_retrieve_retry_interval: "1s",
  };
}
