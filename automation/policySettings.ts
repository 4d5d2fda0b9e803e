import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { defaultClasses } from "@lstm-pfd/policies/backup-classes";
import type { Config } from "../config/config";
import { withTemporaryDirectory } from "../lib/temporaryDirectory";
import { defaultLock } from "../plan/aws/objectLock";
import type { BackupClassName } from "../plan/backupClasses";
import type { Policies } from "./operation";

// Not imported: the pack's entry starts a server.
const { resolve } = createRequire(__filename);

/** Directory of the policy pack, as the engine takes it. */
export const policyPack = dirname(resolve("@lstm-pfd/policies/package.json"));

/** Settings of the policy pack, by rule. */
export type PolicySettings = Record<string, unknown>;

/**
 * Settings of the policy pack for a stack: the preset of production or of other stacks, and what its own configuration says
 * differently. What it keeps longer, the rules keep longer; what it would keep shorter than the runbook says, the rules refuse.
 */
export function policySettings(config: Config): PolicySettings {
  const { classes, protectData, rpoObjectiveSeconds, modelsLossObjectiveSeconds } = config;
  const preset = config.objectStore.kind === "aws" ? "prod" : "local";
  const longer = (name: string, days: number) =>
    Math.max(days, classes[name as BackupClassName].retentionDays);
  const file = resolve(`@lstm-pfd/policies/config/${preset}.json`);
  // Prefixes and the least days are the pack's own: a wrong table would otherwise be compared with itself.
  const keptClasses = Object.entries(defaultClasses).map(([name, kept]) => [
    name,
    { ...kept, days: longer(name, kept.days) },
  ]);
  return {
    ...(JSON.parse(readFileSync(file, "utf8")) as PolicySettings),
    "retention-per-class": { classes: Object.fromEntries(keptClasses) as object },
    "retention-wal-window": { windowDays: classes.wal.retentionDays },
    "s3-object-lock": {
      modes: config.aws.vault.lock.mode === "governance" ? ["GOVERNANCE"] : ["COMPLIANCE"],
      maximumDays: defaultLock(Object.values(classes)).days,
    },
    "backup-within-objective": { objectiveSeconds: { models: modelsLossObjectiveSeconds } },
    "retention-repository": { days: longer("wal", defaultClasses["wal"]?.days ?? 0) },
    "wal-archive-timeout": { objectiveSeconds: rpoObjectiveSeconds },
    // On one machine nothing is the only copy. At AWS, whoever wants to destroy on purpose switches the rule off as well.
    ...(protectData || preset === "prod" ? {} : { "stateful-protected": "disabled" }),
  };
}

/** Does something under this project's policy pack, with settings that last as long. */
export function withPolicies<T>(
  settings: PolicySettings,
  work: (policies: Policies) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory("policies", (directory) => {
    const file = join(directory, "settings.json");
    writeFileSync(file, JSON.stringify(settings));
    return work({ pack: policyPack, settings: file });
  });
}
