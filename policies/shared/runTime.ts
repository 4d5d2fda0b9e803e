import type { JobSpec } from "./backupJobs";

const firstRetrySeconds = 10;
const longestRetrySeconds = 360;
const defaultBackoffLimit = 6;

/**
 * Seconds that a Job may take at the longest, retries and the pauses before them included; undefined when nothing bounds it.
 * The Job's own deadline counts for all attempts together, the pod's for each of them.
 */
export function longestRunSeconds(job: JobSpec): number | undefined {
  const attempt = job.template.spec?.activeDeadlineSeconds;
  const retries = job.backoffLimit ?? defaultBackoffLimit;
  const byPods = attempt === undefined ? Infinity : (retries + 1) * attempt + pausesSeconds(retries);
  const bound = Math.min(job.activeDeadlineSeconds ?? Infinity, byPods);
  return bound === Infinity ? undefined : bound;
}

function pausesSeconds(retries: number): number {
  const pauses = Array.from({ length: retries }, (_, retry) =>
    Math.min(firstRetrySeconds * 2 ** retry, longestRetrySeconds),
  );
  return pauses.reduce((sum, pause) => sum + pause, 0);
}
