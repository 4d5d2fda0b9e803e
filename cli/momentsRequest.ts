import type { MomentsRequest } from "../automation/moments";
import { momentRule } from "../plan/restoreTarget";
import { type Options, UsageError } from "./commandLine";

/**
 * What a command line looks for.
 * @throws UsageError for what is no time, or no number of rows
 */
export function momentsRequest({
  table = "",
  from = "",
  to = "",
  rows = "",
}: Pick<Options, "table" | "from" | "to" | "rows">): MomentsRequest {
  for (const [name, value] of Object.entries({ from, to }))
    if (value !== "" && !momentRule.holds(value))
      throw new UsageError(`--${name} ${value}: ${momentRule.says}`);
  if (rows !== "" && !/^[1-9]\d*$/.test(rows))
    throw new UsageError(`--rows ${rows}: must be a number of rows, from 1 on`);
  return { table, from, to, rows };
}
