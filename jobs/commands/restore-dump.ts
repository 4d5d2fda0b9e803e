import { runCommand } from "../command";
import { describeDumps } from "../dumps/describeDumps";
import { objectStorageVariables, readEnvironment } from "../environment";
import { Failure } from "../../lib/failure";
import { openStorage } from "../openStorage";

runCommand("restore-dump", 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, objectStorageVariables);
  if (process.argv[2] !== "list")
    throw new Failure("it was not said what to do", "run it as `restore-dump list`");
  return describeDumps(await openStorage(environment, log));
});
