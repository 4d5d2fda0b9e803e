import { runCommand } from "../command";
import { PgBackRest } from "../database/pgbackrest";
import { verifyDatabase } from "../database/verifyDatabase";
import { databaseVariables, readEnvironment } from "../environment";
import { names } from "../../plan/names";
import { openStorage } from "../openStorage";

runCommand("verify-database", 24 * 60, async (log) => {
  const environment = readEnvironment(process.env, databaseVariables);
  return verifyDatabase(
    {
      storage: await openStorage(environment, log),
      // Reads the repository alone, never the data directory.
      pgBackRest: new PgBackRest(`${names.databaseDirectory}/pgdata`),
      generation: environment.generation,
    },
    log,
  );
});
