import type { ResourceValidationPolicy } from "@pulumi/policy";
import { defaultPrefixes } from "../shared/backupClasses";
import { checkLifecycleRules } from "../shared/lifecycle";
import { touches } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";

const defaults = { prefixes: defaultPrefixes, archiveClasses: ["GLACIER", "DEEP_ARCHIVE"] };

/** No backup goes where a restore must wait hours for it. */
export const retentionNoArchive: ResourceValidationPolicy = {
  name: "retention-no-archive",
  description:
    "No lifecycle rule moves backups to a storage class that must be thawed before it can be read.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    prefixes: textList("Key prefixes of backups."),
    archiveClasses: textList("Storage classes that cannot be read at once."),
  }),
  remediationSteps: "Remove the transition. pgBackRest cannot read archived objects, and a thaw takes hours.",
  validateResource: checkLifecycleRules(defaults, (rule, { prefixes, archiveClasses }, problem) => {
    const moves = [...(rule.transitions ?? []), ...(rule.noncurrentVersionTransitions ?? [])];
    const touched = prefixes.filter((prefix) => touches(rule, prefix));
    if (touched.length === 0) return;
    for (const { storageClass } of moves)
      if (archiveClasses.includes(storageClass))
        problem(
          `rule "${rule.id}" moves ${touched.map((prefix) => `"${prefix}"`).join(", ")} to ${storageClass}`,
        );
  }),
};
