import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CronJobSpec } from "../shared/backupJobs";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { minimum: 1, maximum: 10 };
const limits = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const;

/** The last runs can be looked at, and old ones do not pile up. */
export const cronJobHistory: ResourceValidationPolicy = {
  name: "cronjob-history",
  description: "A CronJob keeps its last successful and failed runs, and not all of them.",
  severity: "low",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    minimum: { type: "integer", minimum: 1, description: "Fewest runs kept of either kind." },
    maximum: { type: "integer", minimum: 1, description: "Most runs kept of either kind." },
  }),
  remediationSteps: `Set spec.${limits.join(" and spec.")}, to 3 for example: with 0 the log of a failed backup is gone.`,
  validateResource: checkResources<{ spec: CronJobSpec }, typeof defaults>(
    [kubernetesTypes.cronJob],
    defaults,
    ({ spec }, { minimum, maximum }, findings) => {
      for (const limit of limits)
        findings.attempt(() => {
          const kept = spec[limit];
          if (kept === undefined || kept < minimum || kept > maximum)
            findings.problem(`spec.${limit} is ${shown(kept)}, must be from ${minimum} to ${maximum}`);
        });
    },
  ),
};
