import { readFileSync } from "node:fs";
import { runCommand } from "../command";
import { expireDatabase } from "../database/expireDatabase";
import { PgBackRest } from "../database/pgbackrest";
import { retentionDays } from "../database/retention";
import { databaseVariables, readEnvironment, text } from "../environment";
import { names } from "../../plan/names";
import { openStorage } from "../openStorage";

runCommand("expire-database", 120, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    pgdata: text("PGDATA", `${names.databaseDirectory}/pgdata`),
  });
  return expireDatabase(
    {
      storage: await openStorage(environment, log),
      pgBackRest: new PgBackRest(environment.pgdata),
      generation: environment.generation,
      windowDays: retentionDays(readFileSync(environment.configuration, "utf8"), environment.configuration),
    },
    log,
  );
});
