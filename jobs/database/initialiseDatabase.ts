import { rmSync, renameSync } from "node:fs";
import { run } from "../../lib/process";
import { Failure, reasonOf } from "../../lib/failure";
import { type ApplicationRole, reconcileApplicationRole } from "./applicationRole";
import { syncDirectory } from "../../lib/syncDirectory";
import { readControlData } from "./dataDirectory";
import { programEnvironment } from "./programEnvironment";
import { TemporaryServer } from "./temporaryServer";
import type { Volume } from "./volume";

const MINUTE = 60_000;

/**
 * Makes an empty database with the application's role and the heartbeat's table, and puts it into place when it is whole.
 * Nothing of it is archived: that begins with the first start of the real server.
 */
export async function initialiseDatabase(
  volume: Volume,
  role: ApplicationRole,
  log: (line: string) => void,
): Promise<{ action: "initialised"; systemId: string }> {
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
  const server = new TemporaryServer(volume.incoming, log);
  try {
    server.start({ archive_mode: "off", wal_level: "replica" }, programEnvironment());
    await createContent(server, role);
    await server.stop(2 * MINUTE);
  } finally {
    await server.discard();
  }
  const { systemId, state } = await readControlData(volume.incoming);
  if (state !== "shut down")
    throw new Failure(`the new database was not shut down cleanly (it is "${state}")`, "run this again");
  renameSync(volume.incoming, volume.pgdata);
  await syncDirectory(volume.root);
  log(`initialised: database ${role.database}, owner ${role.name}, system identifier ${systemId}`);
  return { action: "initialised", systemId };
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
    await client.query("create schema recovery");
    await client.query("create table recovery.heartbeat (id int primary key, at timestamptz not null)");
    await client.query("insert into recovery.heartbeat values (1, clock_timestamp())");
    await reconcileApplicationRole(client, role);
  } finally {
    await client.end();
  }
}
