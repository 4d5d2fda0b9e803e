import type { Client } from "pg";
import { runCommand } from "../command";
import { requireConditionalWrites } from "../conditionalWrites";
import { backupDatabase } from "../database/backupDatabase";
import { connectTo } from "../database/connectTo";
import { PgBackRest } from "../database/pgbackrest";
import { volumeOf } from "../database/volume";
import { databaseVariables, readEnvironment, text } from "../environment";
import { Failure } from "../../lib/failure";
import { LineageStore } from "../lineage/lineageStore";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { openStorage } from "../openStorage";

runCommand("backup-database", 12 * 60, async (log, endsAt) => {
  const requested = process.argv[2];
  if (requested !== "full" && requested !== "incr")
    throw new Failure(
      "no type of backup was given",
      "run it as `backup-database full` or `backup-database incr`",
    );
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
  });
  const { pgdata, database } = environment;
  const own = ownGeneration(volumeOf(pgdata).life);
  const storage = await openStorage(environment, log);
  await requireConditionalWrites(storage);
  const lineage = new LineageStore(storage, storage);
  // First of all: where another site has taken over, there is no server here any more.
  await requireOwn(lineage, own, "a backup");
  const connect = (name: string): Promise<Client> => connectTo(volumeOf(pgdata).run, name, "backup-database");
  const client = await connect(database);
  try {
    return await backupDatabase(
      {
        requested,
        generation: own.generation,
        requireOwn: () => requireOwn(lineage, own, "a backup"),
        storage,
        pgBackRest: new PgBackRest(pgdata, own.generation),
        client,
        connect,
        endsAt,
      },
      log,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
});
