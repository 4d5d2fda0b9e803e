import { runCommand } from "../command";
import { objectStorageVariables, readEnvironment } from "../environment";
import { expireModels } from "../models/expireModels";
import { ObjectStorage } from "../objectStorage";

runCommand("expire-models", 60, (log) =>
  expireModels(new ObjectStorage(readEnvironment(process.env, objectStorageVariables)), log),
);
