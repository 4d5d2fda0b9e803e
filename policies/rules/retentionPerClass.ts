import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultClasses, type StoredClass } from "../shared/backupClasses";
import type { Findings } from "../shared/findings";
import {
  currentExpiry,
  enabledRules,
  type LifecycleConfiguration,
  type LifecycleRule,
} from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { covers, scopeOf, touches } from "../shared/scope";
import { schemaOf } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { classes: defaultClasses, supersededTag: "superseded" };

/** No lifecycle rule takes a backup earlier than its class says, and none takes the last good one. */
export const retentionPerClass: ResourceValidationPolicy = {
  name: "retention-per-class",
  description:
    "Lifecycle rules keep each class of backup as long as it must be kept, and expire current objects only when a newer backup has superseded them.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    classes: {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: {
          prefix: { type: "string" },
          days: { type: "integer", minimum: 1 },
          byAge: { type: "boolean" },
        },
        required: ["prefix", "days"],
      },
      description: "Key prefix and days of each class, by its name; byAge where it may expire by age alone.",
    },
    supersededTag: {
      type: "string",
      description: "Key of the tag that an object gets when a newer committed backup has replaced it.",
    },
  }),
  tags: ["checkov:CKV2_AWS_61", "aws-config:S3_VERSION_LIFECYCLE_POLICY_CHECK"],
  remediationSteps:
    "Give each class a rule on its prefix with noncurrentVersionExpiration of at least its days. Filter every expiry of current objects on the tag of superseded ones: a rule by age alone goes on when backups stop, and deletes the last good one.",
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { classes, supersededTag }, findings) => {
      const rules = enabledRules(configuration);
      for (const [name, backupClass] of Object.entries(classes)) {
        const inClass = rules.filter((rule) => touches(rule, backupClass.prefix));
        for (const rule of inClass)
          findings.attempt(() => {
            checkRule(rule, name, backupClass, supersededTag, findings);
          });
        if (!inClass.some((rule) => rule.noncurrentVersionExpiration && covers(rule, backupClass.prefix)))
          findings.problem(
            `no enabled rule has noncurrentVersionExpiration for all of "${backupClass.prefix}": class ${name} has no retention`,
          );
      }
    },
  ),
};

function checkRule(
  rule: LifecycleRule,
  name: string,
  { prefix, days, byAge = false }: StoredClass,
  supersededTag: string,
  findings: Findings,
): void {
  const expiry = currentExpiry(rule);
  const ofSuperseded = supersededTag in scopeOf(rule).tags;
  if (expiry !== undefined && !byAge && !ofSuperseded)
    findings.problem(
      `rule "${rule.id}" has ${expiry} for "${prefix}" without a filter on the tag "${supersededTag}": by age alone it deletes the last good backup of class ${name}`,
    );
  const current = rule.expiration?.days ?? 0;
  // Of a class that goes by age, nothing is superseded.
  if (expiry !== undefined && !(byAge && ofSuperseded) && current > 0 && current < days)
    findings.problem(`rule "${rule.id}" has ${expiry} for "${prefix}", class ${name} is kept ${days} days`);
  const noncurrent = rule.noncurrentVersionExpiration?.noncurrentDays;
  if (noncurrent !== undefined && noncurrent < days)
    findings.problem(
      `rule "${rule.id}" has noncurrentVersionExpiration.noncurrentDays ${noncurrent} for "${prefix}", class ${name} is kept ${days} days`,
    );
}
