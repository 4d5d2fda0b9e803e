import { configPrefix, evidencePrefix } from "./configObjects";
import { dumpsPrefix, walPrefix } from "./repository";
import { range } from "./rule";

/** The four classes of backup, and the evidence that they can be restored. */
export type BackupClassName = "database" | "wal" | "models" | "config" | "evidence";

/** One class of backup: where it lives, when it is taken, how long it is kept. */
export interface BackupClass {
  name: BackupClassName;
  /** Key prefix in the backup bucket, with its slash at the end. */
  prefix: string;
  /** Cron expressions in UTC by the name of the run; none where no run takes it: on change, or not yet. */
  schedules: Record<string, string>;
  /** Days that a superseded backup stays restorable, and that evidence is kept. */
  retentionDays: number;
}

/** Where the newest snapshot of the models lies once more, for whoever takes it with `aws s3 sync`. */
export const latestModelsPrefix = "models/latest/";

/** Days that each class is kept. */
export interface RetentionDays {
  database: number;
  wal: number;
  models: number;
  config: number;
  evidence: number;
}

/** Days that a class may be kept. */
export const retentionDaysRule = range(1, 3650);

/** Retention of the runbook that this project replaces; evidence is kept for a year, over all four quarters of its test schedule. */
export const defaultRetentionDays: RetentionDays = {
  database: 30,
  wal: 7,
  models: 30,
  config: 90,
  evidence: 365,
};

/** Percent by which a snapshot of the models may be smaller than the one before; 100: by anything. */
export const shrinkPercentRule = range(1, 100);

/** Percent of {@link shrinkPercentRule}: training that begins anew leaves less than half, and so does a volume that lost files. */
export const defaultShrinkPercent = 50;

/**
 * Seconds that are allowed for pushing a finished WAL segment to the object store. `archive_timeout` is the RPO objective
 * less this, because the clock of the loss runs until the push is done, not until the segment is closed.
 */
export const walPushAllowanceSeconds = 10;

/**
 * The table from which CronJobs, lifecycle rules, alerts and the printed runbook derive.
 * @param retention days by class
 */
export function backupClasses(retention: RetentionDays): Record<BackupClassName, BackupClass> {
  return {
    database: {
      name: "database",
      prefix: dumpsPrefix,
      schedules: { dump: "0 2 * * *", expire: "15 5 * * *" },
      retentionDays: retention.database,
    },
    wal: {
      name: "wal",
      prefix: walPrefix,
      schedules: { full: "30 2 * * *", incr: "0 6-22/4 * * *", expire: "30 5 * * *", verify: "0 7 * * 0" },
      retentionDays: retention.wal,
    },
    models: {
      name: "models",
      prefix: "models/",
      schedules: { always: "0 3 * * *", changed: "30 */2 * * *", expire: "45 5 * * *" },
      retentionDays: retention.models,
    },
    config: {
      name: "config",
      prefix: configPrefix,
      schedules: {},
      retentionDays: retention.config,
    },
    evidence: {
      name: "evidence",
      prefix: evidencePrefix,
      // When a rehearsal runs is configuration: `defaultRehearsalSchedule`.
      schedules: {},
      retentionDays: retention.evidence,
    },
  } satisfies { [Name in BackupClassName]: BackupClass & { name: Name } };
}
