import type { PolicyResource } from "@pulumi/policy";
import { cronJobSpec, type CronJobSpec } from "./backupJobs";
import { runsOfYear } from "./cronRuns";
import type { Findings } from "./findings";
import { titleOf } from "./validation";

// Any year does, and the same one gives the same answer tomorrow.
const anyYear = new Date("2026-01-01T00:00:00Z");

/** Runs of one CronJob in a year, as milliseconds, or why its schedule cannot be read. */
export function readSchedule({ schedule, timeZone }: CronJobSpec): number[] | { problem: string } {
  try {
    return runsOfYear({ expression: schedule, timeZone }, anyYear);
  } catch (error) {
    const place = timeZone === undefined ? "" : ` in time zone ${timeZone}`;
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `spec.schedule "${schedule}"${place} cannot be read: ${reason}` };
  }
}

/** Runs of all CronJobs in a year, as milliseconds; a schedule that cannot be read is reported. */
export function readRuns(cronJobs: readonly PolicyResource[], findings: Findings): number[] {
  const runs: number[][] = [];
  for (const cronJob of cronJobs)
    findings.attempt(() => {
      const read = readSchedule(cronJobSpec(cronJob));
      if (Array.isArray(read)) runs.push(read);
      else findings.problem(`${titleOf(cronJob)}: ${read.problem}`, cronJob.urn);
    }, cronJob.urn);
  return runs.flat();
}
