import type { DataDirectory } from "./dataDirectory";
import type { Lineage } from "./lineage";

/** What is known when the decision is taken. */
export interface RecoveryFacts {
  dataDirectory: { state: DataDirectory["state"]; reason?: string };
  lineage: Lineage;
  /** Permit to start an empty database where there is no backup. */
  permitInitialise: boolean;
}

/** The one decision: what becomes of the data directory. */
export type RecoveryDecision =
  | { action: "keep" }
  | { action: "restore"; label: string }
  | { action: "initialise" }
  | { action: "refuse"; reason: string; remedy: string };

/**
 * Valid data is kept. An empty directory gets the newest committed backup. An empty database is made only where there
 * certainly is no backup, and only with a permit. Everything else is refused.
 */
export function decideRecovery(facts: RecoveryFacts): RecoveryDecision {
  const { dataDirectory, lineage, permitInitialise } = facts;
  if (dataDirectory.state === "valid") return { action: "keep" };
  if (dataDirectory.state === "partial")
    return {
      action: "refuse",
      reason: `the data directory is neither empty nor a database: ${dataDirectory.reason ?? "it is incomplete"}`,
      remedy: "move its content away (keep it until the database is back), then run the restore again",
    };
  switch (lineage.state) {
    case "committed":
      return { action: "restore", label: lineage.label };
    case "none":
      return permitInitialise
        ? { action: "initialise" }
        : {
            action: "refuse",
            reason: `${lineage.location} holds no backup, and there is no permit to start an empty database`,
            remedy:
              "check bucket and generation; only if this is the very first start, permit it once (lstm-pfd:initialise true)",
          };
    case "uncommitted":
      return {
        action: "refuse",
        reason: `${lineage.location} holds ${lineage.what} but no committed backup`,
        remedy:
          "name a base backup to restore in spite of that (lstm-pfd:restoreSet, label as `pgbackrest info` lists it), or use another generation",
      };
    case "damaged":
    case "unreadable":
      return { action: "refuse", reason: lineage.reason, remedy: lineage.remedy };
  }
}
