import { runCommand } from "../command";
import { connectTo } from "../database/connectTo";
import { volumeOf } from "../database/volume";
import { describeDumps } from "../dumps/describeDumps";
import { loadDump } from "../dumps/loadDump";
import { planLoad } from "../dumps/planLoad";
import { dumpKeys } from "../dumps/sealedStream";
import { dumpState, forgetKept, switchToDump, undoSwitch } from "../dumps/switchDatabase";
import {
  keeping,
  objectStorageVariables,
  readEnvironment,
  repositoryVariables,
  secret,
  text,
} from "../environment";
import { Failure } from "../../lib/failure";
import { LineageStore } from "../lineage/lineageStore";
import { ownGeneration, requireOwn } from "../lineage/ownGeneration";
import { openStorage } from "../openStorage";
import { wantedDumpRule } from "../../plan/dumpNames";

const actions = ["list", "plan", "load", "switch", "undo", "forget", "state"] as const;

runCommand("restore-dump", 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...objectStorageVariables,
    cipherPass: repositoryVariables.cipherPass,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
    user: text("DB_USER"),
    password: secret("DB_PASSWORD"),
    wanted: keeping("RESTORE_DUMP", wantedDumpRule, ""),
    operation: text("OPERATION", ""),
  });
  const { pgdata, database, user, password, wanted, operation } = environment;
  const action = actions.find((each) => each === process.argv[2]);
  if (action === undefined)
    throw new Failure(
      "it was not said what to do",
      `run it as ${actions.map((each) => `\`restore-dump ${each}\``).join(", ")}`,
    );
  const storage = await openStorage(environment, log);
  if (action === "list") return describeDumps(storage);
  if (wanted === "" && action !== "state")
    throw new Failure("it was not said which dump", "set RESTORE_DUMP to its name, or its day");
  const volume = volumeOf(pgdata);
  const maintenance = await connectTo(volume.run, "postgres", "restore-dump");
  try {
    if (action === "state") return await dumpState(maintenance, database);
    if (action === "forget") return await forgetKept(maintenance, database, wanted);
    const load = {
      ...{ storage, keyOf: dumpKeys(environment.cipherPass), wanted },
      ...{ socket: volume.run, database, volume: volume.root },
    };
    if (action === "plan") return await planLoad(load, maintenance, log);
    const own = ownGeneration(volume.life);
    const stillOwn = (): Promise<void> =>
      requireOwn(new LineageStore(storage, storage), own, "a restore of a dump");
    await stillOwn();
    if (action === "load") return await loadDump(load, { name: user, password }, maintenance, log);
    if (operation === "")
      throw new Failure(
        "it was not said which operation this is",
        "set OPERATION, the same each time it is tried",
      );
    const plan = { maintenance, socket: volume.run, database, operation, requireOwn: stillOwn };
    return action === "switch" ? await switchToDump(plan, wanted) : await undoSwitch(plan, wanted);
  } finally {
    await maintenance.end().catch(() => undefined);
  }
});
