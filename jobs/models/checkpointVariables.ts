import { relative } from "node:path";
import { Failure } from "../../lib/failure";
import { names } from "../../plan/names";
import { matching } from "../environment";

const absolute = [/^\//, "must be an absolute path"] as const;

/** Where the checkpoints are. */
export const checkpointVariables = {
  directory: matching("CHECKPOINT_DIR", ...absolute, names.checkpointsDirectory),
  modelPath: matching("MODEL_PATH", ...absolute, `${names.checkpointsDirectory}/${names.modelFile}`),
};

/**
 * Path of the checkpoint in use, beneath the directory.
 * @throws Failure when it lies elsewhere
 */
export function modelFileIn(directory: string, modelPath: string): string {
  const path = relative(directory, modelPath);
  if (path === "" || path.startsWith(".."))
    throw new Failure(
      `MODEL_PATH ${modelPath} does not lie in CHECKPOINT_DIR ${directory}`,
      "correct one of them",
    );
  return path;
}
