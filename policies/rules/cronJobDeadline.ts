import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CronJobSpec } from "../shared/backupJobs";
import { smallestGapSeconds } from "../shared/cronRuns";
import type { Findings } from "../shared/findings";
import { formatDuration } from "../shared/formatDuration";
import { readSchedule } from "../shared/readRuns";
import { kubernetesTypes } from "../shared/resourceTypes";
import { longestRunSeconds } from "../shared/runTime";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

// The controller looks at CronJobs every 10 seconds: a shorter deadline may never be met.
const defaults = { minimumStartSeconds: 10 };

/** A missed run is made up for, and a run that hangs ends before the next is due. */
export const cronJobDeadline: ResourceValidationPolicy = {
  name: "cronjob-deadline",
  description:
    "A CronJob says how late a run may start and how long it may take, and both together leave the next run its time.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    minimumStartSeconds: {
      type: "integer",
      minimum: 10,
      description: "Shortest startingDeadlineSeconds.",
    },
  }),
  remediationSteps:
    "Set spec.startingDeadlineSeconds (after 100 missed runs a CronJob without it stops for good) and spec.jobTemplate.spec.activeDeadlineSeconds (with overlap forbidden, a run that hangs would be the last). Keep both together shorter than the time between two runs.",
  validateResource: checkResources<{ spec: CronJobSpec }, typeof defaults>(
    [kubernetesTypes.cronJob],
    defaults,
    ({ spec }, { minimumStartSeconds }, findings) => {
      findings.attempt(() => {
        const start = spec.startingDeadlineSeconds;
        if (start === undefined || start < minimumStartSeconds)
          findings.problem(
            `spec.startingDeadlineSeconds is ${shown(start)}, must be at least ${minimumStartSeconds}`,
          );
      });
      findings.attempt(() => {
        const run =
          spec.jobTemplate.spec === undefined ? undefined : longestRunSeconds(spec.jobTemplate.spec);
        if (run === undefined)
          findings.problem(
            "spec.jobTemplate.spec.activeDeadlineSeconds is not set: a run could hang for ever",
          );
        else checkRoom(spec, run, findings);
      });
    },
  ),
};

// With overlap forbidden, a run that is still busy costs the next one.
function checkRoom(spec: CronJobSpec, run: number, findings: Findings): void {
  const runs = readSchedule(spec);
  if (!Array.isArray(runs)) {
    findings.problem(runs.problem);
    return;
  }
  const gap = smallestGapSeconds(runs);
  const late = spec.startingDeadlineSeconds ?? 0;
  if (late + run > gap)
    findings.problem(
      `a run may begin ${formatDuration(late)} late and take ${formatDuration(run)}, and ${formatDuration(gap)} after it the next is due by "${spec.schedule}", which would be skipped`,
    );
}
