import { runCommand } from "../command";
import { newestInHead, wayBack } from "../database/bringBack";
import { fromBases } from "../database/restoreFromBases";
import { readRetentionDays } from "../database/retention";
import { throwAwayPlan, throwAwayVariables, throwAwayVolume } from "../database/throwAway";
import { integer, keeping, readEnvironment, secret, text } from "../environment";
import { requireHead } from "../lineage/requireHead";
import { openStorage } from "../openStorage";
import { rescueSchema } from "../rescue/rescueSchema";
import { requirePlace, rescueTable } from "../rescue/rescueTable";
import { parseTableName } from "../tableName";
import { Failure } from "../../lib/failure";
import { jobNames, names } from "../../plan/names";
import { parseRestoreTarget, restoreTargetRule } from "../../plan/restoreTarget";

runCommand(jobNames.rescue, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...throwAwayVariables,
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    table: text("TABLE"),
    restoreTo: keeping("RESTORE_TO", restoreTargetRule, ""),
    host: text("DB_HOST", names.databaseStatefulSet),
    port: integer("DB_PORT", 1, 5432),
    user: text("DB_USER", names.databaseUser),
    password: secret("DB_PASSWORD"),
    roomBytes: integer("ROOM_BYTES", 0, -1),
  });
  const { database, host, port, user, password, roomBytes } = environment;
  const target = parseRestoreTarget(environment.restoreTo);
  if (target === undefined)
    throw new Failure("there is no time to take the table from", "say which, with --to TIME");
  const plan = {
    table: parseTableName(environment.table),
    schema: rescueSchema(target),
    living: { host, port, user, password, database },
    roomBytes: roomBytes < 0 ? undefined : roomBytes,
  };
  await requirePlace(plan);
  const { volume, dataDirectory } = await throwAwayVolume(environment.pgdata);
  const storage = await openStorage(environment, log);
  const { lineage, head } = await requireHead(storage, "rescue a table from");
  const wanted = { target, text: environment.restoreTo };
  const query = {
    volume,
    storage,
    dataDirectory,
    wanted,
    wantedLabel: "",
    windowDays: readRetentionDays(environment.configuration),
    inPlace: true,
  };
  const newest = await newestInHead(storage, lineage);
  // Nobody is taken over from, whatever is said of that on the way.
  const { parent, chain, bases } = await wayBack(query, lineage, head.number, newest, () => undefined);
  log(`a copy of generation ${parent} is brought to ${wanted.text}; generation ${head.number} lives on`);
  const copy = throwAwayPlan(environment, { volume, storage, lineage, chain, bases, wanted });
  return fromBases(copy, (one) => rescueTable(one, plan, log), log);
});
