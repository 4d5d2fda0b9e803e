import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultPrefixes } from "../shared/backupClasses";
import { checkLifecycleRules } from "../shared/lifecycle";
import { scopeOf, touches } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";

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
  validateResource: checkLifecycleRules(defaults, (rule, { prefixes }, problem) => {
    if (!prefixes.some((prefix) => touches(rule, prefix)))
      problem(
        `rule "${rule.id}" is for "${scopeOf(rule).prefix}", and backups are at ${prefixes.map((prefix) => `"${prefix}"`).join(", ")}`,
      );
  }),
};
