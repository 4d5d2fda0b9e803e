import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultPrefixes } from "../shared/backupClasses";
import { enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { scopeOf, touches } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = { prefixes: defaultPrefixes };

/** A rule that is for nothing is a rule that is missing somewhere. */
export const retentionKnownPrefix: ResourceValidationPolicy = {
  name: "retention-known-prefix",
  description: "Every lifecycle rule is for a prefix where a class of backup is.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes of the bucket."),
  }),
  remediationSteps:
    "Correct the prefix of the rule. When backups have moved, change the rule's prefixes in the configuration of the pack too.",
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { prefixes }, findings) => {
      for (const rule of enabledRules(configuration))
        findings.attempt(() => {
          if (!prefixes.some((prefix) => touches(rule, prefix)))
            findings.problem(
              `rule "${rule.id}" is for "${scopeOf(rule).prefix}", and backups are at ${prefixes.map((prefix) => `"${prefix}"`).join(", ")}`,
            );
        });
    },
  ),
};
