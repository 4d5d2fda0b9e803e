import { jobNames } from "../../plan/names";
import { awaitCredentials } from "../awaitCredentials";
import { runCommand } from "../command";
import { objectStorageVariables, readEnvironment } from "../environment";
import { openStorage } from "../openStorage";

runCommand(jobNames.awaitCredentials, 5, async (log) => {
  const environment = readEnvironment(process.env, objectStorageVariables);
  return awaitCredentials(await openStorage(environment, log), log);
});
