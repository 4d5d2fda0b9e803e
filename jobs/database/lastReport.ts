import { readJson } from "./jsonFile";
import type { RestoreReport } from "./restoreDatabase";
import type { Volume } from "./volume";

/** What is asked of the report that the last restore, or its undo, has left. An older version may have left less. */
export type LastReport = Partial<
  Pick<
    RestoreReport,
    "operation" | "generation" | "downloadSeconds" | "databaseBytes" | "replaySeconds" | "segmentsReplayed"
  >
>;

/**
 * Reads it; empty where there is none.
 * @throws Failure when it is damaged
 */
export function lastReport({ recoveryReport }: Pick<Volume, "recoveryReport">): LastReport {
  return readJson(recoveryReport) ?? {};
}
