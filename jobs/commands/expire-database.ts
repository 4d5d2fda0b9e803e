import { readFileSync } from "node:fs";
import { runCommand } from "../command";
import { expireDatabase } from "../database/expireDatabase";
import { forgetOld } from "../database/forgetKept";
import { PgBackRest } from "../database/pgbackrest";
import { retentionDays } from "../database/retention";
import { volumeOf } from "../database/volume";
import { databaseVariables, integer, readEnvironment, text } from "../environment";
import { names } from "../../plan/names";
import { LineageStore } from "../lineage/lineageStore";
import { requireUnforked } from "../lineage/forkedPath";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { openStorage } from "../openStorage";

runCommand("expire-database", 120, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    pgdata: text("PGDATA", `${names.databaseDirectory}/pgdata`),
    keptDatabaseDays: integer("KEPT_DATABASE_DAYS", 0, 0),
  });
  const volume = volumeOf(environment.pgdata);
  const own = ownGeneration(volume.life);
  const storage = await openStorage(environment, log);
  const lineage = new LineageStore(storage, storage);
  requireUnforked(await lineage.read(), own.generation);
  const report = await expireDatabase(
    {
      storage,
      pgBackRest: new PgBackRest(environment.pgdata, own.generation),
      generation: own.generation,
      requireOwn: () => requireOwn(lineage, own, "an expiry"),
      windowDays: retentionDays(readFileSync(environment.configuration, "utf8"), environment.configuration),
    },
    log,
  );
  const { generations } = await forgetOld(
    volume,
    { days: environment.keptDatabaseDays, now: new Date() },
    log,
  );
  return { ...report, forgotten: generations };
});
