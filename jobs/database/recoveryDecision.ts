import type { DataDirectory } from "./dataDirectory";
import type { Base, BasesFound } from "./databaseBackups";

/** What the object store holds of this database: nothing at all, certainly; or what {@link BasesFound} says. */
export type Backups = { state: "none"; location: string } | BasesFound;

/** What is known when the decision is taken. */
export interface RecoveryFacts {
  dataDirectory: { state: DataDirectory["state"]; reason?: string };
  backups: Backups;
  /** Permit to start an empty database where there is no backup. */
  permitInitialise: boolean;
}

/** The one decision: what becomes of the data directory. */
export type RecoveryDecision =
  | { action: "keep" }
  /** Newest first: where one cannot be fetched, the next one would do. */
  | { action: "restore"; bases: [Base, ...Base[]] }
  | { action: "initialise" }
  | { action: "refuse"; reason: string; remedy: string };

/**
 * Valid data is kept. An empty directory gets the newest committed backup. An empty database is made only where there
 * certainly is no backup, and only with a permit. Everything else is refused.
 */
export function decideRecovery(facts: RecoveryFacts): RecoveryDecision {
  const { dataDirectory, backups, permitInitialise } = facts;
  if (dataDirectory.state === "valid") return { action: "keep" };
  if (dataDirectory.state === "partial")
    return {
      action: "refuse",
      reason: `the data directory is neither empty nor a database: ${dataDirectory.reason ?? "it is incomplete"}`,
      remedy: "move its content away (keep it until the database is back), then run the restore again",
    };
  switch (backups.state) {
    case "committed":
      return { action: "restore", bases: backups.bases };
    case "none":
      return permitInitialise
        ? { action: "initialise" }
        : {
            action: "refuse",
            reason: `${backups.location} holds no backup, and there is no permit to start an empty database`,
            remedy:
              "check the bucket; only if this is the very first start, permit it once (lstm-pfd:initialise true)",
          };
    case "uncommitted":
      return {
        action: "refuse",
        reason: `${backups.location} holds ${backups.what} but no committed backup`,
        remedy:
          "name a base backup to restore in spite of that (lstm-pfd:restoreSet, label as `pgbackrest info` lists it); where there is none, this database was never backed up, and a new one begins in another bucket",
      };
    case "damaged":
    case "unreadable":
      return { action: "refuse", reason: backups.reason, remedy: backups.remedy };
  }
}
