import type { ResourceValidationPolicy } from "@pulumi/policy";
import { type PgBackRestOptions, pgBackRestOptions } from "../shared/pgBackRestOptions";
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
      // Base backups and WAL are expired by these two.
      const inForce = ["backup", "expire"].flatMap((command) => pgBackRestOptions(text, command));
      const problems = inForce.flatMap((options) => problemsOf(options, days, prefix));
      for (const problem of new Set(problems)) findings.problem(`${file}: ${problem}`);
    },
  ),
};

function problemsOf(options: PgBackRestOptions, days: number, prefix: string): string[] {
  const unless = (holds: boolean, name: string, rule: string): string[] =>
    holds ? [] : [`${name} is ${shown(options.get(name))}, must ${rule}`];
  const kept = options.get("repo1-retention-full") ?? "";
  return [
    ...unless(options.get("repo1-retention-full-type") === "time", "repo1-retention-full-type", 'be "time"'),
    ...unless(
      /^\d+$/.test(kept) && Number(kept) >= days,
      "repo1-retention-full",
      `be at least ${days}, the days that base backups and WAL are kept`,
    ),
    ...unless(
      options.get("repo1-path")?.startsWith(`/${prefix}`) === true,
      "repo1-path",
      `begin with "/${prefix}"`,
    ),
  ];
}
