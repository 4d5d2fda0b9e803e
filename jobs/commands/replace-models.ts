import { runCommand } from "../command";
import { keeping, objectStorageVariables, readEnvironment, text } from "../environment";
import { Failure } from "../../lib/failure";
import { checkpointVariables, modelFileIn } from "../models/checkpointVariables";
import { planReplace, planUndo, statusOf } from "../models/planReplace";
import { fetchModels, forgetModels, replaceModels, undoModels } from "../models/replaceModels";
import { openStorage } from "../openStorage";
import { type ExchangeAction, exchangeActions, exchangeId, newExchangeId } from "../../plan/modelExchange";
import { jobNames } from "../../plan/names";

function actionOf(word: string | undefined): ExchangeAction {
  const action = exchangeActions.find((each) => each === word);
  if (action === undefined)
    throw new Failure(
      "it was not said what to do",
      `run it as ${exchangeActions.map((each) => `\`replace-models ${each}\``).join(", ")}`,
    );
  return action;
}

runCommand(jobNames.replaceModels, 6 * 60, async (log) => {
  const action = actionOf(process.argv[2]);
  const environment = readEnvironment(process.env, {
    ...objectStorageVariables,
    ...checkpointVariables,
    wanted: text("RESTORE_MODELS", ""),
    exchange: keeping("EXCHANGE_ID", exchangeId, newExchangeId(new Date())),
  });
  const { directory, exchange, wanted } = environment;
  const local = { directory, modelFile: modelFileIn(directory, environment.modelPath) };
  if (action === "status") return statusOf(directory);
  if (action === "forget") return forgetModels(directory, log);
  if (action === "undo") return undoModels(local, exchange, log);
  const plan = { ...local, wanted, storage: await openStorage(environment, log) };
  if (action === "plan") return process.argv[3] === "undo" ? planUndo(plan) : planReplace(plan, log);
  return action === "fetch" ? fetchModels(plan, log) : replaceModels(plan, exchange, log);
});
