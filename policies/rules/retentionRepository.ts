import type { ResourceValidationPolicy } from "@pulumi/policy";
import { kubernetesTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { file: "pgbackrest.conf", days: 7, prefix: "wal/" };

/** What the bucket leaves to pgBackRest, pgBackRest keeps. */
export const retentionRepository: ResourceValidationPolicy = {
  name: "retention-repository",
  description:
    "A configuration of pgBackRest in a ConfigMap keeps base backups by time, as long as they must be kept, beneath the prefix that lifecycle rules spare.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    file: { type: "string", description: "Key of the configuration in its ConfigMap." },
    days: { type: "integer", minimum: 1, description: "Days of recovery to any second, at the least." },
    prefix: { type: "string", description: "Key prefix of the repository in its bucket." },
  }),
  remediationSteps:
    "Set repo1-retention-full-type to time, repo1-retention-full to the days, and repo1-path beneath the prefix.",
  validateResource: checkResources<{ data?: Record<string, string> }, typeof defaults>(
    [kubernetesTypes.configMap],
    defaults,
    ({ data }, { file, days, prefix }, findings) => {
      const text = data?.[file];
      if (text === undefined) return;
      const option = (name: string): string | undefined =>
        new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1]?.trim();
      const problem = (name: string, rule: string): void => {
        findings.problem(`${file}: ${name} is ${shown(option(name))}, must ${rule}`);
      };
      if (option("repo1-retention-full-type") !== "time") problem("repo1-retention-full-type", 'be "time"');
      const kept = Number(option("repo1-retention-full"));
      if (!Number.isInteger(kept) || kept < days)
        problem("repo1-retention-full", `be at least ${days}, the days that base backups and WAL are kept`);
      if (option("repo1-path")?.startsWith(`/${prefix}`) !== true)
        problem("repo1-path", `begin with "/${prefix}"`);
    },
  ),
};
