import { nonceVariable } from "../../drill/environment";
import { writeDrillCheckpoints } from "../../drill/checkpoints";
import { runCommand } from "../command";
import { readEnvironment } from "../environment";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";

runCommand("drill-checkpoints", 30, (log) => {
  const { nonce, directory, modelPath } = readEnvironment(process.env, {
    nonce: nonceVariable,
    ...checkpointVariables,
  });
  return writeDrillCheckpoints({ directory, modelFile: modelFileIn(directory, modelPath), nonce }, log);
});
