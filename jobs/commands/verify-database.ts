import { runCommand } from "../command";
import { PgBackRest } from "../database/pgbackrest";
import { verifyDatabase } from "../database/verifyDatabase";
import { databaseVariables, readEnvironment } from "../environment";
import { names } from "../../plan/names";
import { requireHead } from "../lineage/requireHead";
import { openStorage } from "../openStorage";

runCommand("verify-database", 24 * 60, async (log) => {
  const environment = readEnvironment(process.env, databaseVariables);
  const storage = await openStorage(environment, log);
  const { head } = await requireHead(storage, "verify");
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
