import type { types } from "@pulumi/kubernetes";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import type { CronJobSpec } from "../shared/backupJobs";
import { largestGapSeconds } from "../shared/cronRuns";
import { formatDuration } from "../shared/formatDuration";
import { roleLabel } from "../shared/labels";
import { readSchedule } from "../shared/readRuns";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkResources } from "../shared/validation";

const longestHours: Record<string, number> = { backup: 25, expire: 49, verify: 169 };
const defaults = { longestHours };

interface CronJob {
  metadata?: Unwrap<types.input.meta.v1.ObjectMeta>;
  spec: CronJobSpec;
}

/** Each CronJob runs as often as its role asks, also where another one of its class would hide that it does not. */
export const cronJobInterval: ResourceValidationPolicy = {
  name: "cronjob-interval",
  description:
    "A CronJob that backs up or expires runs every day or so, one that verifies every week, each by itself.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    longestHours: {
      type: "object",
      additionalProperties: { type: "integer", minimum: 1 },
      description: `Longest time between two runs, by the value of the label ${roleLabel}.`,
    },
  }),
  remediationSteps:
    "Run it more often: increments hang on the last full backup, and what is superseded stays until the next expiry.",
  validateResource: checkResources<CronJob, typeof defaults>(
    [kubernetesTypes.cronJob],
    defaults,
    ({ metadata, spec }, settings, findings) => {
      const role = metadata?.labels?.[roleLabel] ?? "";
      const hours = settings.longestHours[role];
      if (hours === undefined) return;
      const runs = readSchedule(spec);
      // The rule on deadlines says when a schedule cannot be read.
      if (!Array.isArray(runs)) return;
      const gap = largestGapSeconds(runs);
      if (gap > hours * 3600)
        findings.problem(
          `spec.schedule "${spec.schedule}" leaves ${gap === Infinity ? "a year" : formatDuration(gap)} between two runs, must be at most ${hours} h: it is labelled for ${role}`,
        );
    },
  ),
};
