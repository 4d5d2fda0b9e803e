import {
  defaultRetentionDays,
  defaultShrinkPercent,
  retentionDaysRule,
  shrinkPercentRule,
} from "../../plan/backupClasses";
import { range } from "../../plan/rule";
import { integer } from "../key";

/** How long backups are kept, and how much may be lost. */
export const backupKeys = {
  databaseRetentionDays: integer({
    default: defaultRetentionDays.database,
    rule: retentionDaysRule,
    description: "Days that portable dumps are kept.",
  }),
  walRetentionDays: integer({
    default: defaultRetentionDays.wal,
    rule: retentionDaysRule,
    description: "Days of recovery to any second.",
  }),
  modelsRetentionDays: integer({
    default: defaultRetentionDays.models,
    rule: retentionDaysRule,
    description: "Days that superseded model snapshots are kept.",
  }),
  configRetentionDays: integer({
    default: defaultRetentionDays.config,
    rule: retentionDaysRule,
    description: "Days that superseded configuration is kept.",
  }),
  evidenceRetentionDays: integer({
    default: defaultRetentionDays.evidence,
    rule: retentionDaysRule,
    description: "Days that evidence of rehearsals is kept.",
  }),
  modelsShrinkPercent: integer({
    default: defaultShrinkPercent,
    rule: shrinkPercentRule,
    description:
      "Percent by which a snapshot of the models, or the checkpoint in use in it, may be smaller than in the one before. One that has lost more is kept as unconfirmed, and supersedes nothing until npm run backup -- models --confirm NAME. 100: none has.",
  }),
  rpoObjectiveSeconds: integer({
    default: 60,
    rule: range(20, 3600),
    description: "RPO: seconds of acknowledged work that a disaster may cost at most.",
  }),
  modelsLossObjectiveSeconds: integer({
    default: 14400,
    rule: range(600, 604800),
    description: "Seconds of new checkpoints that a disaster may cost at most.",
  }),
};
