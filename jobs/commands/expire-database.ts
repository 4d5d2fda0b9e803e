import { runCommand } from "../command";
import { infoOf } from "../database/basesToRestore";
import { expireDatabase } from "../database/expireDatabase";
import { forgetOld } from "../database/forgetKept";
import { generationsKept } from "../database/keptDatabase";
import { PgBackRest } from "../database/pgbackrest";
import { refuseDuringReplacement } from "../database/replacement";
import { readRetentionDays } from "../database/retention";
import { volumeOf } from "../database/volume";
import { databaseVariables, integer, readEnvironment, text } from "../environment";
import { names } from "../../plan/names";
import { collectGenerations } from "../lineage/collectGenerations";
import { LineageStore } from "../lineage/lineageStore";
import { requireUnforked } from "../lineage/forkedPath";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { openStorage } from "../openStorage";
import { storeTimeOf } from "../storeTime";

runCommand("expire-database", 120, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    pgdata: text("PGDATA", `${names.databaseDirectory}/pgdata`),
    keptDatabaseDays: integer("KEPT_DATABASE_DAYS", 0, 0),
  });
  const volume = volumeOf(environment.pgdata);
  refuseDuringReplacement(volume);
  const own = ownGeneration(volume.life);
  const storage = await openStorage(environment, log);
  const lineage = new LineageStore(storage, storage);
  requireUnforked(await lineage.read(), own.generation);
  const requireStillOwn = (): Promise<void> => requireOwn(lineage, own, "an expiry");
  const windowDays = readRetentionDays(environment.configuration);
  const report = await expireDatabase(
    {
      storage,
      pgBackRest: new PgBackRest(environment.pgdata, own.generation),
      generation: own.generation,
      requireOwn: requireStillOwn,
      windowDays,
    },
    log,
  );
  const collected = await collectGenerations(
    {
      storage,
      store: lineage,
      info: infoOf(volume),
      own,
      requireOwn: requireStillOwn,
      windowDays,
      openUndos: generationsKept(volume),
    },
    log,
  );
  const { generations } = await forgetOld(
    volume,
    { days: environment.keptDatabaseDays, now: storeTimeOf(storage) },
    log,
  );
  return { ...report, collected, forgotten: generations };
});
