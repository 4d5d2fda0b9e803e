import type { ResourceValidationPolicy } from "@pulumi/policy";
import { checkLifecycleRules, currentExpiry } from "../shared/lifecycle";
import { touches } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";

const defaults = { prefixes: ["wal/"] };

/** The bucket takes nothing from a pgBackRest repository: only pgBackRest knows what depends on what. */
export const retentionLiveRepository: ResourceValidationPolicy = {
  name: "retention-live-repository",
  description: "No lifecycle rule expires current objects of a pgBackRest repository.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes of repositories that are written to."),
  }),
  remediationSteps:
    "Take the expiration off the rule and let pgBackRest expire: old small files such as archive.info, and the parents of incremental backups, are needed by new ones.",
  validateResource: checkLifecycleRules(defaults, (rule, { prefixes }, problem) => {
    const expiry = currentExpiry(rule);
    for (const prefix of prefixes)
      if (expiry !== undefined && touches(rule, prefix))
        problem(`rule "${rule.id}" has ${expiry} for the live repository "${prefix}"`);
  }),
};
