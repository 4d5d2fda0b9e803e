import type { BackupClass, BackupClassName } from "./backupClasses";
import { type RepositoryRole, runNames } from "./names";

/** One run on the backups: what a CronJob is made from. */
export interface BackupRun {
  /** Also the CronJob's name. */
  name: string;
  backupClass: BackupClassName;
  /** A restore waits to be started by hand: its CronJob is suspended. */
  kind: "backup" | "expire" | "verify" | "restore";
  /** Cron expression, UTC. */
  schedule: string;
  /** Command of `jobs/commands` and its arguments. */
  command: readonly [string, ...string[]];
  repositoryRole: RepositoryRole;
  /** Seconds after which a run that has not ended is stopped, so that it cannot block the next one for ever. */
  deadlineSeconds: number;
}

const hours = 3600;

/** Seconds of a run's deadline that its pod may take to start: by then its command has ended, and said so. */
export const secondsToStart = 300;

/** Seconds that a run may start late, after the control plane was away, and is then skipped. */
export const startingDeadlineSeconds = 600;

/**
 * Every run, from the table of the classes. Expiry has its own runs: they have other rights, and they must not run
 * when a backup has failed.
 * @throws Error when a class lacks the schedule of one of its runs
 */
export function backupRuns(classes: Record<BackupClassName, BackupClass>): BackupRun[] {
  const schedule = (name: BackupClassName, run: string): string => {
    const found = classes[name].schedules[run];
    if (found === undefined) throw new Error(`backup class ${name} has no schedule "${run}"`);
    return found;
  };
  return [
    {
      name: runNames.dump,
      backupClass: "database",
      kind: "backup",
      schedule: schedule("database", "dump"),
      command: ["dump-database"],
      repositoryRole: "writer",
      // With the day between two of them, what the objective of the class allows.
      deadlineSeconds: 1.5 * hours,
    },
    {
      name: runNames.dumpExpiry,
      backupClass: "database",
      kind: "expire",
      schedule: schedule("database", "expire"),
      command: ["expire-dumps"],
      repositoryRole: "janitor",
      deadlineSeconds: 1 * hours,
    },
    {
      name: runNames.dumpRestore,
      backupClass: "database",
      kind: "restore",
      schedule: schedule("database", "dump"),
      command: ["restore-dump", "list"],
      repositoryRole: "reader",
      deadlineSeconds: 12 * hours,
    },
    {
      name: runNames.databaseFull,
      backupClass: "wal",
      kind: "backup",
      schedule: schedule("wal", "full"),
      command: ["backup-database", "full"],
      repositoryRole: "writer",
      deadlineSeconds: 3 * hours,
    },
    {
      name: runNames.databaseIncremental,
      backupClass: "wal",
      kind: "backup",
      schedule: schedule("wal", "incr"),
      command: ["backup-database", "incr"],
      repositoryRole: "writer",
      deadlineSeconds: 3 * hours,
    },
    {
      name: runNames.databaseExpiry,
      backupClass: "wal",
      kind: "expire",
      schedule: schedule("wal", "expire"),
      command: ["expire-database"],
      repositoryRole: "janitor",
      deadlineSeconds: 1 * hours,
    },
    {
      name: runNames.databaseVerification,
      backupClass: "wal",
      kind: "verify",
      schedule: schedule("wal", "verify"),
      command: ["verify-database"],
      repositoryRole: "reader",
      // As long as nothing is expired meanwhile: from Sunday's expiry to Monday's.
      deadlineSeconds: 20 * hours,
    },
    {
      name: runNames.models,
      backupClass: "models",
      kind: "backup",
      schedule: schedule("models", "always"),
      command: ["backup-models", "always"],
      repositoryRole: "writer",
      deadlineSeconds: 1.5 * hours,
    },
    {
      name: runNames.changedModels,
      backupClass: "models",
      kind: "backup",
      schedule: schedule("models", "changed"),
      command: ["backup-models", "changed"],
      repositoryRole: "writer",
      deadlineSeconds: 1.5 * hours,
    },
    {
      name: runNames.modelsExpiry,
      backupClass: "models",
      kind: "expire",
      schedule: schedule("models", "expire"),
      command: ["expire-models"],
      repositoryRole: "janitor",
      deadlineSeconds: 1 * hours,
    },
  ];
}

/**
 * The run that a new site begins with: a full base backup. Nobody waits for it, so it may last as long as pgBackRest may.
 * @throws Error when the table has none
 */
export function firstBackupRun(runs: readonly BackupRun[]): BackupRun {
  const run = runs.find(({ name }) => name === runNames.databaseFull);
  if (run === undefined) throw new Error("the table of the runs has no full base backup");
  return { ...run, deadlineSeconds: 12 * hours };
}
