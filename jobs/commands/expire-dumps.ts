import { runCommand } from "../command";
import { expireDumps } from "../dumps/expireDumps";
import { objectStorageVariables, readEnvironment } from "../environment";
import { openStorage } from "../openStorage";

runCommand("expire-dumps", 60, async (log) =>
  expireDumps(await openStorage(readEnvironment(process.env, objectStorageVariables), log), log),
);
