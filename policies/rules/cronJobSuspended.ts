import type { types } from "@pulumi/kubernetes";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import type { CronJobSpec } from "../shared/backupJobs";
import { roleLabel } from "../shared/labels";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { roles: ["restore"] };

interface CronJob {
  metadata?: Unwrap<types.input.meta.v1.ObjectMeta>;
  spec: CronJobSpec;
}

/** A backup that was switched off for an hour is not off for ever. */
export const cronJobSuspended: ResourceValidationPolicy = {
  name: "cronjob-suspended",
  description: "A CronJob is not suspended, but for those that wait to be started by hand.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    roles: textList(
      `Values of the label ${roleLabel} that may be suspended: they wait to be started by hand.`,
    ),
  }),
  remediationSteps: `Remove spec.suspend, or label the CronJob ${roleLabel}=restore when it is one.`,
  validateResource: checkResources<CronJob, typeof defaults>(
    [kubernetesTypes.cronJob],
    defaults,
    ({ metadata, spec }, { roles }, findings) => {
      if (spec.suspend !== true) return;
      const role = metadata?.labels?.[roleLabel];
      if (role === undefined || !roles.includes(role))
        findings.problem(`spec.suspend is true, and it is labelled for ${role ?? "no role"}: it never runs`);
    },
  ),
};
