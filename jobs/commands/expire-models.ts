import { runCommand } from "../command";
import { objectStorageVariables, readEnvironment } from "../environment";
import { expireModels } from "../models/expireModels";
import { openStorage } from "../openStorage";

runCommand("expire-models", 60, async (log) =>
  expireModels(await openStorage(readEnvironment(process.env, objectStorageVariables), log), log),
);
