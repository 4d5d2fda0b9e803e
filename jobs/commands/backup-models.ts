import { runCommand } from "../command";
import { requireConditionalWrites } from "../conditionalWrites";
import { objectStorageVariables, readEnvironment } from "../environment";
import { Failure } from "../../lib/failure";
import { backupModels } from "../models/backupModels";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";
import { openStorage } from "../openStorage";

runCommand("backup-models", 6 * 60, async (log) => {
  const requested = process.argv[2];
  if (requested !== "always" && requested !== "changed")
    throw new Failure(
      "it was not said when to take a snapshot",
      "run it as `backup-models always` or `backup-models changed`",
    );
  const environment = readEnvironment(process.env, { ...objectStorageVariables, ...checkpointVariables });
  const { directory, modelPath } = environment;
  const storage = await openStorage(environment, log);
  await requireConditionalWrites(storage);
  return backupModels(
    {
      requested,
      directory,
      modelFile: modelFileIn(directory, modelPath),
      storage,
    },
    log,
  );
});
