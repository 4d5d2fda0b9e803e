import { runsOfYear } from "@lstm-pfd/policies/cron-runs";
import {
  type BackupClassName,
  backupClasses,
  type RetentionDays,
  walPushAllowanceSeconds,
} from "../backupClasses";
import { type BackupRun, backupRuns } from "../backupRuns";
import { runNames } from "../names";
import { worstCaseLossSeconds } from "../worstCaseLoss";

/** Settings of a platform that its objectives follow from. */
export interface ObjectiveSettings {
  /** Seconds of acknowledged work that a disaster may cost. */
  rpoSeconds: number;
  retentionDays: RetentionDays;
}

/** How old the newest of each kind may be, in seconds, and what that is derived from. */
export interface Objectives {
  rpoSeconds: number;
  /** Seconds after which PostgreSQL closes a segment that is not full. */
  archiveTimeoutSeconds: number;
  /**
   * Seconds: the largest distance of two runs, the latest start and the longest run together. As long as every run succeeds, nothing is ever
   * older.
   */
  maxAgeSeconds: { base: number; full: number; dump: number; models: number };
  retentionDays: RetentionDays;
  runs: BackupRun[];
}

/** What a platform with these settings is held to. */
export function objectivesOf({ rpoSeconds, retentionDays }: ObjectiveSettings): Objectives {
  const runs = backupRuns(backupClasses(retentionDays));
  const of = (backupClass: BackupClassName, ...only: string[]): number =>
    worstCaseLossSeconds(
      backupClass,
      runs.filter(({ name }) => only.length === 0 || only.includes(name)),
    );
  return {
    rpoSeconds,
    archiveTimeoutSeconds: rpoSeconds - walPushAllowanceSeconds,
    maxAgeSeconds: {
      base: of("wal"),
      full: of("wal", runNames.databaseFull),
      dump: of("database"),
      // The other run does nothing while checkpoints stay as they are.
      models: of("models", runNames.models),
    },
    retentionDays,
    runs,
  };
}

/** A run that is due, by its schedule. */
export interface DueRun {
  name: string;
  at: Date;
}

/**
 * When each run of a class is due next, soonest first, if its CronJob is there and not suspended.
 * @param kind backups, or what removes old ones
 */
export function nextRuns(
  runs: readonly BackupRun[],
  backupClass: BackupClassName,
  kind: "backup" | "expire",
  now: Date,
): DueRun[] {
  return runs
    .filter((run) => run.backupClass === backupClass && run.kind === kind)
    .flatMap(({ name, schedule }) => {
      const next = runsOfYear({ expression: schedule }, now).find((instant) => instant > now.getTime());
      return next === undefined ? [] : [{ name, at: new Date(next) }];
    })
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}
