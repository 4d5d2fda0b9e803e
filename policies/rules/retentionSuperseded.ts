import type { ResourceValidationPolicy } from "@pulumi/policy";
import {
  currentExpiry,
  enabledRules,
  type LifecycleConfiguration,
  type LifecycleRule,
} from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { scopeOf } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { prefixes: ["db/", "models/", "config/"], tag: { key: "superseded", value: "true" } };

/** What a newer backup has replaced goes in the end: otherwise the bucket grows until someone deletes by hand. */
export const retentionSuperseded: ResourceValidationPolicy = {
  name: "retention-superseded",
  description: "Lifecycle rules expire what is tagged as superseded, with the tag that janitors write.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes that need such a rule: all but those of pgBackRest repositories."),
    tag: {
      type: "object",
      properties: { key: { type: "string" }, value: { type: "string" } },
      required: ["key", "value"],
      description: "Tag that an object gets when a newer committed backup has replaced it.",
    },
  }),
  remediationSteps:
    "Add a rule with expiration.days and a filter on the prefix and the tag, and on nothing else.",
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { prefixes, tag }, findings) => {
      const rules = enabledRules(configuration).filter((rule) => currentExpiry(rule) !== undefined);
      for (const rule of rules) {
        const value = scopeOf(rule).tags[tag.key];
        if (value !== undefined && value !== tag.value)
          findings.problem(
            `rule "${rule.id}" filters on the tag "${tag.key}" with value ${shown(value)}, janitors write ${shown(tag.value)}`,
          );
      }
      for (const prefix of prefixes)
        if (!rules.some((rule) => expiresTagged(rule, prefix, tag)))
          findings.problem(
            `no enabled rule expires all of "${prefix}" that has the tag "${tag.key}" with value ${shown(tag.value)}: what is superseded would stay for ever`,
          );
    },
  ),
};

function expiresTagged(rule: LifecycleRule, prefix: string, { key, value }: typeof defaults.tag): boolean {
  const { prefix: from, tags, bySize } = scopeOf(rule);
  return prefix.startsWith(from) && !bySize && Object.keys(tags).length === 1 && tags[key] === value;
}
