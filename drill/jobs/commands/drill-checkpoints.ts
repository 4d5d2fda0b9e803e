import { nonceVariable } from "../environment";
import { writeDrillCheckpoints } from "../checkpoints";
import { runCommand } from "../../../jobs/command";
import { readEnvironment } from "../../../jobs/environment";
import { checkpointVariables, modelFileIn } from "../../../jobs/models/checkpointVariables";

runCommand("drill-checkpoints", 30, (log) => {
  const { nonce, directory, modelPath } = readEnvironment(process.env, {
    nonce: nonceVariable,
    ...checkpointVariables,
  });
  return writeDrillCheckpoints({ directory, modelFile: modelFileIn(directory, modelPath), nonce }, log);
});
