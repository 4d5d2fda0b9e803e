import { apiServer } from "../apiServer";
import { readSavedSecrets, restoreSecrets } from "../certificates/restoreSecrets";
import { runCommand } from "../command";
import { readEnvironment, text } from "../environment";
import { jobNames } from "../../plan/names";

runCommand(jobNames.restoreSecrets, 5, (log) => {
  const { path } = readEnvironment(process.env, { path: text("SAVED_SECRETS_FILE") });
  return restoreSecrets(readSavedSecrets(path), apiServer(), log);
});
