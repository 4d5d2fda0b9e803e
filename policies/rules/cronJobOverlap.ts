import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { CronJobSpec } from "../shared/backupJobs";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = {};

/** Two runs of a CronJob never work at the same time, and none is killed for the next. */
export const cronJobOverlap: ResourceValidationPolicy = {
  name: "cronjob-overlap",
  description: "A CronJob forbids overlapping runs.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  remediationSteps:
    'Set spec.concurrencyPolicy to "Forbid". "Replace" kills a backup that is late, every time; "Allow" lets two write at once.',
  validateResource: checkResources<{ spec: CronJobSpec }, typeof defaults>(
    [kubernetesTypes.cronJob],
    defaults,
    ({ spec }, _settings, findings) => {
      if (spec.concurrencyPolicy !== "Forbid")
        findings.problem(`spec.concurrencyPolicy is ${shown(spec.concurrencyPolicy)}, must be "Forbid"`);
    },
  ),
};
