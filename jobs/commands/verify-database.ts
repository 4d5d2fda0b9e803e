import { runCommand } from "../command";
import { PgBackRest } from "../database/pgbackrest";
import { verifyDatabase } from "../database/verifyDatabase";
import { databaseVariables, readEnvironment } from "../environment";
import { names } from "../../plan/names";
import { Failure } from "../../lib/failure";
import { LineageStore } from "../lineage/lineageStore";
import { headOf } from "../lineage/readLineage";
import { lineagePrefix } from "../../plan/repository";
import { openStorage } from "../openStorage";

runCommand("verify-database", 24 * 60, async (log) => {
  const environment = readEnvironment(process.env, databaseVariables);
  const storage = await openStorage(environment, log);
  const head = headOf(await new LineageStore(storage, storage).read());
  if (head === undefined)
    throw new Failure(
      `${storage.describe(lineagePrefix)} names no generation, so there is nothing to verify`,
      "run `up`: the restore of the database begins the lineage, or adopts what is there",
    );
  return verifyDatabase(
    {
      storage,
      // Reads the repository alone, never the data directory.
      pgBackRest: new PgBackRest(`${names.databaseDirectory}/pgdata`, head.number),
      generation: head.number,
    },
    log,
  );
});
