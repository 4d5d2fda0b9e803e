import type { Disaster } from "./disaster";
import type { Kubectl } from "../automation/kubectl";
import { type Loss, measureLoss, parseRecoveredRows, recoveredRowsSql } from "./loss";
import { jobNames } from "../plan/names";
import type { DatabaseRestored, ModelsRestored, RecoveryResults, Verified } from "./results";

/** What site B itself says of its recovery. */
export interface Measured extends RecoveryResults {
  loss: Loss;
}

/**
 * Asks the recovered database for the writer's rows, and the recovery's Jobs for their results.
 * @throws Error when nothing was acknowledged, or the database does not answer
 */
export async function measureRecovery(
  kubectl: Kubectl,
  disaster: Disaster,
  nonce: string,
): Promise<Measured> {
  const { first, last } = disaster.acknowledged;
  if (first === undefined || last === undefined)
    throw new Error(
      "no row of the writer was acknowledged before the disaster, so its loss cannot be measured",
    );
  const rows = parseRecoveredRows(await kubectl.value(recoveredRowsSql(nonce, last.sequence)));
  const result = async (job: string): Promise<unknown> => (await kubectl.result(`job/${job}`)) ?? {};
  return {
    loss: measureLoss({ first, last }, rows),
    database: (await result(jobNames.restoreDatabase)) as DatabaseRestored,
    models: (await result(jobNames.restoreModels)) as ModelsRestored,
    verification: (await result(jobNames.verify)) as Verified,
  };
}
