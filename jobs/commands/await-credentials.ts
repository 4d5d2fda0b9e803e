import { readFileSync } from "node:fs";
import { findCommand } from "../../lib/installedCommand";
import { jobNames, names } from "../../plan/names";
import { awaitCredentials } from "../awaitCredentials";
import { runCommand } from "../command";
import { requireKnownSettings } from "../database/knownSettings";
import { PgBackRest } from "../database/pgbackrest";
import { objectStorageVariables, readEnvironment } from "../environment";
import { openStorage } from "../openStorage";

runCommand(jobNames.awaitCredentials, 5, async (log) => {
  const environment = readEnvironment(process.env, objectStorageVariables);
  // The writer's pod is of the PostgreSQL image: a pgBackRest that is too old is told here, before anything else begins.
  if (findCommand("pgbackrest") !== undefined)
    await requireKnownSettings(
      new PgBackRest(`${names.databaseDirectory}/pgdata`, undefined),
      readFileSync(`${names.recoveryDirectory}/pgbackrest.conf`, "utf8"),
    );
  return awaitCredentials(await openStorage(environment, log), log);
});
