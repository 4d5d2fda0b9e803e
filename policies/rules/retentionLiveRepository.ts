import type { ResourceValidationPolicy } from "@pulumi/policy";
import { currentExpiry, enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { awsTypes } from "../shared/resourceTypes";
import { touches } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

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
  validateResource: checkResources<LifecycleConfiguration, typeof defaults>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, { prefixes }, findings) => {
      for (const rule of enabledRules(configuration))
        findings.attempt(() => {
          const expiry = currentExpiry(rule);
          for (const prefix of prefixes)
            if (expiry !== undefined && touches(rule, prefix))
              findings.problem(`rule "${rule.id}" has ${expiry} for the live repository "${prefix}"`);
        });
    },
  ),
};
