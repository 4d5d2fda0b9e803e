import type { PolicyResource } from "@pulumi/policy";
import { cronJobSpec } from "./backupJobs";
import { runsOfYear } from "./cronRuns";
import type { Findings } from "./findings";
import { titleOf } from "./validation";

// Any year does, and the same one gives the same answer tomorrow.
const anyYear = new Date("2026-01-01T00:00:00Z");

/** Runs of all CronJobs in a year, as milliseconds; a schedule that cannot be read is reported. */
export function readRuns(cronJobs: readonly PolicyResource[], findings: Findings): number[] {
  const runs: number[][] = [];
  for (const cronJob of cronJobs)
    findings.attempt(() => {
      const { schedule, timeZone } = cronJobSpec(cronJob);
      try {
        runs.push(runsOfYear({ expression: schedule, timeZone }, anyYear));
      } catch (error) {
        findings.problem(
          `${titleOf(cronJob)}: spec.schedule "${schedule}" in time zone ${timeZone ?? "of the cluster"} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          cronJob.urn,
        );
      }
    }, cronJob.urn);
  return runs.flat();
}
