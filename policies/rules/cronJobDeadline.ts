import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CronJobSpec } from "../shared/backupJobs";
import { kubernetesTypes } from "../shared/resourceTypes";
import { longestRunSeconds } from "../shared/runTime";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

// The controller looks at CronJobs every 10 seconds: a shorter deadline may never be met.
const defaults = { minimumStartSeconds: 10 };

/** A missed run is made up for, and a run that hangs ends. */
export const cronJobDeadline: ResourceValidationPolicy = {
  name: "cronjob-deadline",
  description: "A CronJob says how late a run may start and how long it may take.",
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
    "Set spec.startingDeadlineSeconds (after 100 missed runs a CronJob without it stops for good) and spec.jobTemplate.spec.activeDeadlineSeconds (with overlap forbidden, a run that hangs would be the last).",
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
        const job = spec.jobTemplate.spec;
        if (job === undefined || longestRunSeconds(job) === undefined)
          findings.problem(
            "spec.jobTemplate.spec.activeDeadlineSeconds is not set: a run could hang for ever",
          );
      });
    },
  ),
};
