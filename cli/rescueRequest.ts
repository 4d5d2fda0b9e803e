import type { RescueRequest } from "../automation/rescue";
import { restoreTargetRule } from "../plan/restoreTarget";
import { type Options, UsageError } from "./commandLine";

/**
 * What a command line rescues.
 * @throws UsageError where the table or the time is missing, or is none
 */
export function rescueRequest({ words, to = "" }: Pick<Options, "words" | "to">): RescueRequest {
  const [table, ...others] = words;
  if (table === undefined || table === "" || others.length > 0)
    throw new UsageError(
      `${others.length > 0 ? `"${words.join(" ")}" is no table` : "the table is missing"}: npm run rescue -- TABLE --to TIME; a name with capitals or blanks is written as in '"Order Items"'`,
    );
  if (to === "") throw new UsageError("--to is missing: the time as of which the table is wanted");
  if (!restoreTargetRule.holds(to)) throw new UsageError(`--to ${to}: ${restoreTargetRule.says}`);
  return { table, to };
}
