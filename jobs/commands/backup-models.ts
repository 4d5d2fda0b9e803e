import { runCommand } from "../command";
import { requireConditionalWrites } from "../conditionalWrites";
import { integer, objectStorageVariables, readEnvironment } from "../environment";
import { Failure } from "../../lib/failure";
import { backupModels } from "../models/backupModels";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";
import { confirmSnapshot } from "../models/confirmSnapshot";
import { isSnapshotName } from "../models/modelManifest";
import { openStorage } from "../openStorage";
import { defaultShrinkPercent } from "../../plan/backupClasses";

runCommand("backup-models", 6 * 60, async (log) => {
  const [requested, name = ""] = process.argv.slice(2);
  const confirms = requested === "confirm" && isSnapshotName(name);
  if (!confirms && requested !== "always" && requested !== "changed")
    throw new Failure(
      "it was not said when to take a snapshot, or which one to confirm",
      "run it as `backup-models always`, `backup-models changed` or `backup-models confirm NAME`",
    );
  const environment = readEnvironment(process.env, {
    ...objectStorageVariables,
    ...checkpointVariables,
    shrinkPercent: integer("MODELS_SHRINK_PERCENT", 0, defaultShrinkPercent),
  });
  const { directory, modelPath, shrinkPercent } = environment;
  const storage = await openStorage(environment, log);
  await requireConditionalWrites(storage);
  if (requested === "confirm") return confirmSnapshot(storage, name, log);
  return backupModels(
    {
      requested,
      directory,
      modelFile: modelFileIn(directory, modelPath),
      storage,
      shrinkPercent,
    },
    log,
  );
});
