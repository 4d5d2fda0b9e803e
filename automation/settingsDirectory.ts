import { join } from "node:path";
import { stateDir } from "../lib/paths";

/**
 * Where the settings of a stack are, with a project of their own: what `pulumi -C` takes.
 * @param directory of the engine; @default a directory in the state directory
 */
export function settingsDirectory(stackName: string, directory = join(stateDir(), "pulumi")): string {
  return join(directory, "stacks", stackName);
}
