import { type Options, UsageError } from "../commandLine";
import { restoreDatabaseInPlace } from "../restoreDatabase";
import { restoreModelsInPlace } from "../restoreModels";

/**
 * Takes the database or the models of a living platform back, and keeps what was there for an undo.
 * @throws UsageError; ConfigError; Error that says what is the case then
 */
export async function run(options: Options, signal: AbortSignal): Promise<void> {
  const [what = "", ...more] = options.words;
  if ((what !== "database" && what !== "models") || more.length > 0)
    throw new UsageError(`restore of "${options.words.join(" ")}": say database or models`);
  return what === "database"
    ? restoreDatabaseInPlace(options, signal)
    : restoreModelsInPlace(options, signal);
}
