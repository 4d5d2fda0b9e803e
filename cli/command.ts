import type { Options } from "./commandLine";

/** What each file in `commands/` exports. */
export interface Command {
  /**
   * @param signal stops the work in good order
   * @throws Error whose message a person can act on
   */
  run(options: Options, signal: AbortSignal): Promise<void>;
}
