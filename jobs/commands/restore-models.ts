import { runCommand } from "../command";
import { flag, objectStorageVariables, readEnvironment, text } from "../environment";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";
import { restoreModels } from "../models/restoreModels";
import { openStorage } from "../openStorage";
import { jobNames } from "../../plan/names";

runCommand(jobNames.restoreModels, 6 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...objectStorageVariables,
    ...checkpointVariables,
    permitInitialise: flag("PERMIT_INITIALISE"),
    wanted: text("RESTORE_MODELS", ""),
  });
  const { directory, modelPath, permitInitialise, wanted } = environment;
  return restoreModels(
    {
      directory,
      modelFile: modelFileIn(directory, modelPath),
      storage: await openStorage(environment, log),
      permitInitialise,
      wanted,
    },
    log,
  );
});
