import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaultClasses } from "@lstm-pfd/policies/backup-classes";
import type { Config } from "../config/config";
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
 * Settings of the policy pack for a stack: those of its kind of place, and what its own configuration says differently. What
 * it keeps longer, the rules keep longer; what it would keep shorter than the runbook says, the rules refuse.
 */
export function policySettings(config: Config): PolicySettings {
  const { classes, protectData, rpoObjectiveSeconds, modelsLossObjectiveSeconds } = config;
  const place = config.objectStore.kind === "aws" ? "prod" : "local";
  const longer = (name: string, days: number) =>
    Math.max(days, classes[name as BackupClassName].retentionDays);
  const file = resolve(`@lstm-pfd/policies/config/${place}.json`);
  // Prefixes and the least days are the pack's own: a table that were wrong would else be held to itself.
  const kept = Object.entries(defaultClasses).map(([name, { prefix, days }]) => [
    name,
    { prefix, days: longer(name, days) },
  ]);
  return {
    ...(JSON.parse(readFileSync(file, "utf8")) as PolicySettings),
    "retention-per-class": { classes: Object.fromEntries(kept) as object },
    "retention-wal-window": { windowDays: classes.wal.retentionDays },
    "s3-object-lock": {
      modes: config.aws.vault.lock.mode === "governance" ? ["GOVERNANCE"] : ["COMPLIANCE"],
      maximumDays: defaultLock(Object.values(classes)).days,
    },
    "backup-within-objective": { objectiveSeconds: { models: modelsLossObjectiveSeconds } },
    "retention-repository": { days: longer("wal", defaultClasses["wal"]?.days ?? 0) },
    "wal-archive-timeout": { objectiveSeconds: rpoObjectiveSeconds },
    // On one machine nothing is the only copy. At AWS, whoever wants to destroy on purpose switches the rule off as well.
    ...(protectData || place === "prod" ? {} : { "stateful-protected": "disabled" }),
  };
}

/** Does something under this project's policy pack, with settings that last as long. */
export async function withPolicies<T>(
  settings: PolicySettings,
  work: (policies: Policies) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    const file = join(directory, "settings.json");
    writeFileSync(file, JSON.stringify(settings));
    return await work({ pack: policyPack, settings: file });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
