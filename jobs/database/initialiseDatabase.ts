import { rmSync } from "node:fs";
import { run } from "../../lib/process";
import { Failure, reasonOf } from "../../lib/failure";
import { type ApplicationRole, reconcileApplicationRole } from "./applicationRole";
import type { ObjectStorage } from "../objectStorage";
import { readControlData } from "./dataDirectory";
import { beat, makeHeartbeat } from "./inspection";
import {
  type ArchiverKey,
  archiverEnvironment,
  archivingSettings,
  createRepository,
  untilArchived,
} from "./newRepository";
import { programEnvironment } from "./programEnvironment";
import { putIntoPlace } from "./putIntoPlace";
import type { Succession } from "./succession";
import { queryValue, TemporaryServer } from "./temporaryServer";
import type { Volume } from "./volume";

const MINUTE = 60_000;

/** What an initialisation needs to know. */
export interface InitialisePlan {
  volume: Volume;
  role: ApplicationRole;
  /** How the new life begins the lineage. */
  succession: Succession;
  storage: ObjectStorage;
  /** Keys that may write to the repository; none where the pod itself may. */
  archiver: ArchiverKey | undefined;
}

/**
 * Makes an empty database with the application's role and the heartbeat's table, claims and opens its generation once the first
 * segment is archived, and puts it into place.
 */
export async function initialiseDatabase(
  plan: InitialisePlan,
  log: (line: string) => void,
): Promise<{ action: "initialised"; generation: number; systemId: string }> {
  const { volume, role, succession, archiver } = plan;
  rmSync(volume.incoming, { recursive: true, force: true });
  log(`making an empty database in ${volume.incoming}`);
  try {
    await run(
      "initdb",
      [
        `--pgdata=${volume.incoming}`,
        "--username=postgres",
        "--data-checksums",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--no-instructions",
      ],
      { env: programEnvironment(), timeoutMs: 5 * MINUTE },
    );
  } catch (error) {
    throw new Failure(`initdb failed: ${reasonOf(error)}`, "fix what it names, then run this again");
  }
  const { systemId } = await readControlData(volume.incoming);
  await succession.claim();
  const server = new TemporaryServer(volume.incoming, log);
  try {
    const archiveId = await createRepository({ ...plan, number: succession.number }, log);
    server.start(
      {
        ...archivingSettings(archiver === undefined ? "the pod's" : "the archiver's"),
        wal_level: "replica",
      },
      archiverEnvironment(volume, archiver),
    );
    await createContent(server, role);
    await open(plan, server, { archiveId, systemId });
  } finally {
    await server.discard();
  }
  await putIntoPlace(volume);
  await succession.serve();
  log(`initialised: database ${role.database}, owner ${role.name}, system identifier ${systemId}`);
  return { action: "initialised", generation: succession.number, systemId };
}

/** Opens the generation once its first segment is archived, and the server is stopped. */
async function open(
  { storage, succession }: InitialisePlan,
  server: TemporaryServer,
  { archiveId, systemId }: { archiveId: string; systemId: string },
): Promise<void> {
  const client = await server.connect("postgres", MINUTE);
  let firstSegment: string;
  let pgVersion: string;
  try {
    firstSegment = (await queryValue(client, "select redo_wal_file from pg_control_checkpoint()")) ?? "";
    pgVersion = (await queryValue(client, "show server_version")) ?? "";
    await client.query("select pg_switch_wal()");
  } finally {
    await client.end();
  }
  await untilArchived({ storage, number: succession.number }, archiveId, [firstSegment]);
  await server.stop(2 * MINUTE);
  await succession.open({
    systemId,
    pgVersion,
    archiveId,
    timeline: 1,
    timelines: [1],
    parent: null,
    firstSegment,
    history: "",
    base: null,
  });
}

async function createContent(server: TemporaryServer, role: ApplicationRole): Promise<void> {
  const maintenance = await server.connect("postgres", MINUTE);
  try {
    const { rows } = await maintenance.query<{ statement: string }>(
      "select format('create database %I', $1::text) as statement",
      [role.database],
    );
    await maintenance.query(rows[0]?.statement ?? "");
  } finally {
    await maintenance.end();
  }
  const client = await server.connect(role.database, MINUTE);
  try {
    await makeHeartbeat(client);
    await beat(client);
    await reconcileApplicationRole(client, role);
  } finally {
    await client.end();
  }
}
