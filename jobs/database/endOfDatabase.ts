import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure, reasonOf } from "../../lib/failure";
import { run } from "../../lib/process";
import type { Opened } from "../lineage/records";
import type { ObjectStorage } from "../objectStorage";
import type { ControlData } from "./controlData";
import { readControlData } from "./dataDirectory";
import type { FormerDatabase } from "./keptDatabase";
import { type ArchiverKey, archiverEnvironment, archivingSettings, untilArchived } from "./newRepository";
import { TemporaryServer } from "./temporaryServer";
import type { Volume } from "./volume";
import { listArchivedWal } from "./walArchive";
import { parseSegment } from "./walPosition";

const MINUTE = 60_000;

/** A stopped database, and where it archives. */
export interface StoppedDatabase {
  volume: Volume;
  storage: ObjectStorage;
  archiver: ArchiverKey | undefined;
  /** The generation that the volume has. */
  own: Opened;
  /** Throws when somebody else has taken over. */
  requireOwn: () => Promise<void>;
}

/**
 * Archives what a stopped database has not archived yet, and notes where its log ends: what lies up to there comes back by an undo.
 * One that was not shut down cleanly is started and stopped once, where it can be.
 * @throws Failure when what is left cannot be archived: nothing is claimed then, and the database may start again as it is
 */
export async function endOfDatabase(
  stopped: StoppedDatabase,
  log: (line: string) => void,
): Promise<FormerDatabase> {
  const { volume, storage, own } = stopped;
  await stopped.requireOwn();
  const damaged = await shutDownCleanly(stopped, log);
  await archiveTheRest(stopped, log);
  const control = await controlOf(volume);
  const { segments } = await listArchivedWal(storage, own.generation, own.archiveId);
  const newest = segments
    .filter((name) => parseSegment(name)?.timeline === own.timeline)
    .sort()
    .at(-1);
  const lsn = control?.checkpointLsn ?? "0/0";
  log(
    `the database of generation ${own.generation} ends at ${lsn}; its newest archived segment is ${newest ?? "none"}`,
  );
  return {
    generation: own.generation,
    life: own.life,
    systemId: own.systemId,
    timeline: own.timeline,
    lsn,
    segment: newest ?? "",
    stoppedAt: new Date().toISOString(),
    ...(damaged === undefined ? {} : { damaged }),
  };
}

/** @returns why the server cannot be started; undefined once it was shut down cleanly */
async function shutDownCleanly(
  { volume, archiver }: StoppedDatabase,
  log: (line: string) => void,
): Promise<string | undefined> {
  const control = await controlOf(volume);
  if (control === undefined) return "its control file (global/pg_control) is missing or damaged";
  if (control.state === "shut down") return undefined;
  log(`the database was not shut down cleanly (it is "${control.state}"): starting it once, without clients`);
  // Of a server that ended with its pod: nobody else has the lock of the volume.
  rmSync(join(volume.pgdata, "postmaster.pid"), { force: true });
  const server = new TemporaryServer(volume.pgdata, log);
  try {
    server.start(
      {
        ...archivingSettings(archiver === undefined ? "the pod's" : "the archiver's"),
        // It would read what is damaged, and take the server with it.
        autovacuum: "off",
      },
      environment(volume, archiver),
    );
    await server.untilReady(60 * MINUTE);
    const client = await server.tryConnect("postgres");
    const problem = client === undefined ? (server.complaints().at(-1) ?? "nobody can connect") : undefined;
    await client?.end();
    await server.stop(5 * MINUTE);
    if (problem !== undefined) log(`it starts, and cannot be used; it is kept as it is: ${problem}`);
    return problem;
  } catch (error) {
    log(`it does not start, and is kept as it is: ${reasonOf(error)}`);
    return reasonOf(error);
  } finally {
    await server.discard();
  }
}

/** What PostgreSQL would have archived next: segments, and histories, that wait in its directory. */
async function archiveTheRest(
  { volume, storage, archiver, own }: StoppedDatabase,
  log: (line: string) => void,
): Promise<void> {
  const status = join(volume.pgdata, "pg_wal", "archive_status");
  const waiting = (existsSync(status) ? readdirSync(status) : [])
    .flatMap((name) => /^([0-9A-F]{8}(?:[0-9A-F]{16}|\.history))\.ready$/.exec(name)?.[1] ?? [])
    .sort();
  if (waiting.length === 0) return;
  log(`archiving what is left: ${waiting.length} files, ${waiting[0] ?? ""} to ${waiting.at(-1) ?? ""}`);
  for (const name of waiting) {
    const archiverKeys =
      archiver === undefined
        ? {}
        : {
            PGBACKREST_REPO1_S3_KEY: archiver.key,
            PGBACKREST_REPO1_S3_KEY_SECRET: archiver.secret,
          };
    try {
      await run("/opt/recovery/bin/pgbackrest-push", [join(volume.pgdata, "pg_wal", name)], {
        env: { ...environment(volume, archiver), ...archiverKeys, FENCE: "none" },
        timeoutMs: 5 * MINUTE,
      });
    } catch (error) {
      throw new Failure(
        `${name}, which the stopped database has not archived, cannot be archived: ${reasonOf(error)}`,
        "check the object store and the writer's keys, then run this again; the database is untouched, and nothing was claimed",
      );
    }
    renameSync(join(status, `${name}.ready`), join(status, `${name}.done`));
  }
  await untilArchived({ storage, number: own.generation }, own.archiveId, waiting);
}

/** What the directory says of itself; undefined where that is missing or damaged. */
async function controlOf({ pgdata }: Volume): Promise<ControlData | undefined> {
  try {
    return await readControlData(pgdata);
  } catch {
    return undefined;
  }
}

/** As for a server on the data directory itself. */
function environment(volume: Volume, archiver: ArchiverKey | undefined): Record<string, string> {
  return archiverEnvironment({ ...volume, incoming: volume.pgdata }, archiver);
}
