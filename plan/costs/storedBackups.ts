import { runsOfYear } from "@lstm-pfd/policies/cron-runs";
import type { BackupClass, BackupClassName } from "../backupClasses";
import { secondChanceDays } from "../lifecycle";

/** What is backed up, in GB. */
export interface Sizes {
  /** Of the database. */
  database: number;
  /** That change in the database each day, as WAL. */
  change: number;
  /** Of all checkpoints together. */
  models: number;
  /** What compression leaves of database and WAL, from 0 to 1. */
  compressed: number;
}

/** GB that the backups take, once what is old goes as fast as what is new comes. */
export interface StoredBackups {
  /** Written each day. */
  daily: number;
  vault: number;
  replica: number;
}

/** Any day: the mean of a year from there is meant. */
const anyDay = new Date("2026-01-01T00:00:00Z");

/**
 * Counts, to the safe side, what the table of the classes keeps. A base backup is as large as the database, an incremental one as
 * what has changed since the one before, and the checkpoints are copied by each run that does not ask whether they have changed, to a
 * snapshot and to `models/latest/`.
 * What is superseded or expired stays once more as long as noncurrent versions stay.
 */
export function storedBackups(
  { wal, models }: Record<BackupClassName, BackupClass>,
  sizes: Sizes,
): StoredBackups {
  const [full, incremental] = [runsPerDay(wal, "full"), runsPerDay(wal, "incr")];
  const changeOfIncrementals = (sizes.change * incremental) / (full + incremental);
  const ofDatabase = sizes.compressed * (full * sizes.database + changeOfIncrementals + sizes.change);
  const ofModels = runsPerDay(models, "always") * sizes.models;
  // The window begins with the base backup before it, and pgBackRest expires once a day.
  const walDays = wal.retentionDays + 1 / full + 1;
  const modelsDays = models.retentionDays + 1;
  const kept = (least: number): number =>
    ofDatabase * (walDays + Math.max(wal.retentionDays, least)) +
    ofModels * (modelsDays + Math.max(models.retentionDays, least)) +
    // models/latest/, and what it held before.
    sizes.models +
    ofModels * Math.max(models.retentionDays, least);
  return { daily: ofDatabase + 2 * ofModels, vault: kept(0), replica: kept(secondChanceDays) };
}

function runsPerDay({ name, schedules }: BackupClass, run: string): number {
  const expression = schedules[run];
  if (expression === undefined) throw new Error(`backup class ${name} has no schedule "${run}"`);
  return runsOfYear({ expression }, anyDay).length / 366;
}
