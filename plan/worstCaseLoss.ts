import { largestGapSeconds, runsOfYear } from "@lstm-pfd/policies/cron-runs";
import type { BackupClassName } from "./backupClasses";
import { type BackupRun, startingDeadlineSeconds } from "./backupRuns";

/** A year without a leap day; schedules here know no weekdays. */
const anyYear = new Date("2026-01-01T00:00:00Z");

/**
 * Seconds of work of a class that are lost at the worst, as long as every run succeeds: the largest gap between two runs, the
 * latest start and the longest run together. Infinity for a class without scheduled runs.
 * @throws Error when a schedule cannot be read; it names the run
 */
export function worstCaseLossSeconds(backupClass: BackupClassName, runs: readonly BackupRun[]): number {
  const backups = runs.filter((run) => run.backupClass === backupClass && run.kind === "backup");
  const instants = backups.flatMap(instantsOf);
  const longest = Math.max(0, ...backups.map(({ deadlineSeconds }) => deadlineSeconds));
  return largestGapSeconds(instants) + startingDeadlineSeconds + longest;
}

function instantsOf({ name, schedule }: BackupRun): number[] {
  try {
    return runsOfYear({ expression: schedule }, anyYear);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`schedule "${schedule}" of ${name} in plan/backupClasses.ts cannot be read: ${reason}`);
  }
}
