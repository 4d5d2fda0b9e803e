import { statusExitCodes } from "../plan/status/findings";
import { UsageError } from "./commandLine";

/**
 * Exit code of a command that has thrown. 1: failed; 2: wrong command line; 130: stopped by a person. Those of `status` are read by
 * monitoring, where 1 and 2 are answers: whatever kept it from one is 3, and a wrong command line 64.
 * @param words of the command line
 * @param stopped a person has stopped it
 */
export function exitCodeOf(words: readonly string[], error: unknown, stopped: boolean): number {
  if (stopped) return 130;
  const ofStatus = words.find((word) => !word.startsWith("-")) === "status";
  if (error instanceof UsageError) return ofStatus ? statusExitCodes.usage : 2;
  return ofStatus ? statusExitCodes.unknown : 1;
}
