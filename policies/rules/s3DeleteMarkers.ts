import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultPrefixes } from "../shared/backupClasses";
import { enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { covers } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { prefixes: defaultPrefixes };

/** Markers of objects whose versions are gone do not pile up. */
export const s3DeleteMarkers: ResourceValidationPolicy = {
  name: "s3-delete-markers",
  description: "Lifecycle rules remove the delete markers that hide nothing any more.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes that need such a rule."),
  }),
  remediationSteps:
    "Add a rule of its own with expiration.expiredObjectDeleteMarker true: S3 refuses it together with a number of days.",
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { prefixes }, findings) => {
      const rules = enabledRules(configuration).filter(
        ({ expiration }) => expiration?.expiredObjectDeleteMarker === true,
      );
      for (const prefix of prefixes)
        if (!rules.some((rule) => covers(rule, prefix)))
          findings.problem(`no enabled rule has expiration.expiredObjectDeleteMarker for all of "${prefix}"`);
      for (const { id, expiration } of rules)
        if ((expiration?.days ?? 0) > 0 || expiration?.date !== undefined)
          findings.problem(
            `rule "${id}" has expiredObjectDeleteMarker together with days or a date, which S3 refuses`,
          );
    },
  ),
};
