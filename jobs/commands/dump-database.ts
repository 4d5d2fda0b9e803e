import { runCommand } from "../command";
import { requireConditionalWrites } from "../conditionalWrites";
import { connectTo } from "../database/connectTo";
import { volumeOf } from "../database/volume";
import { dumpDatabase } from "../dumps/dumpDatabase";
import { objectStorageVariables, readEnvironment, repositoryVariables, text } from "../environment";
import { LineageStore } from "../lineage/lineageStore";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { openStorage } from "../openStorage";

runCommand("dump-database", 6 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...objectStorageVariables,
    cipherPass: repositoryVariables.cipherPass,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
  });
  const { database, pgdata, cipherPass } = environment;
  const volume = volumeOf(pgdata);
  const own = ownGeneration(volume.life);
  const storage = await openStorage(environment, log);
  await requireConditionalWrites(storage);
  const lineage = new LineageStore(storage, storage);
  const stillOwn = (): Promise<void> => requireOwn(lineage, own, "a dump");
  // First of all: where another site has taken over, there is no server here any more.
  await stillOwn();
  const client = await connectTo(volume.run, database, "dump-database");
  try {
    return await dumpDatabase(
      {
        storage,
        client,
        socket: volume.run,
        database,
        generation: own.generation,
        passphrase: cipherPass,
        requireOwn: stillOwn,
      },
      log,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
});
