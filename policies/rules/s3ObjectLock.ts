import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { lockDays } from "../shared/lockDays";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { modes: ["GOVERNANCE"], minimumDays: 1, maximumDays: 7 };

/** Versions are locked by default, no longer than the shortest class keeps them. */
export const s3ObjectLock: ResourceValidationPolicy = {
  name: "s3-object-lock",
  description: "A bucket locks new versions by default, no longer than the shortest backup class keeps them.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    modes: {
      type: "array",
      items: { type: "string", enum: ["GOVERNANCE", "COMPLIANCE"] },
      description: "Modes allowed. Compliance cannot be undone by anyone, so it must be named here.",
    },
    minimumDays: { type: "integer", minimum: 1, description: "Shortest default retention." },
    maximumDays: {
      type: "integer",
      minimum: 1,
      description: "Longest default retention: the days of the shortest class.",
    },
  }),
  tags: ["aws-config:S3_BUCKET_DEFAULT_LOCK_ENABLED"],
  remediationSteps:
    "Set rule.defaultRetention to GOVERNANCE with days no more than the shortest backup class is kept.",
  validateResource: checkResources<Unwrap<s3.BucketObjectLockConfigurationArgs>, typeof defaults>(
    [awsTypes.objectLock],
    defaults,
    ({ rule }, { modes, minimumDays, maximumDays }, findings) => {
      const retention = rule?.defaultRetention;
      if (retention === undefined) {
        findings.problem("rule.defaultRetention is not set: nothing is locked");
        return;
      }
      if (retention.mode === undefined || !modes.includes(retention.mode))
        findings.problem(
          `rule.defaultRetention.mode is ${shown(retention.mode)}, must be ${modes.join(" or ")}`,
        );
      const days = lockDays(retention);
      if (days < minimumDays || days > maximumDays)
        findings.problem(
          `rule.defaultRetention locks for ${days} days, must be from ${minimumDays} to ${maximumDays}`,
        );
    },
  ),
};
