import type { StackValidationPolicy } from "@pulumi/policy";
import { backupCronJobs } from "../shared/backupJobs";
import { formatDuration } from "../shared/formatDuration";
import { largestGapSeconds } from "../shared/cronRuns";
import { readRuns } from "../shared/readRuns";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const defaults = { class: "wal", windowDays: 7, baseBackups: 2 };
const day = 86400;

/** WAL is kept long enough to lead from one base backup to the next, and to outlive one that fails. */
export const retentionWalWindow: StackValidationPolicy = {
  name: "retention-wal-window",
  description: "The window of the WAL holds as many base backups as must be there when one of them fails.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    class: { type: "string", description: "Class of the base backups, as their CronJobs are labelled." },
    windowDays: { type: "integer", minimum: 1, description: "Days that WAL is kept." },
    baseBackups: { type: "integer", minimum: 1, description: "Base backups that the window must hold." },
  }),
  remediationSteps: "Take base backups more often, or keep WAL longer.",
  validateStack: checkStack(defaults, (resources, settings, findings, args) => {
    const cronJobs = backupCronJobs(resources, settings.class, findings);
    const first = cronJobs[0];
    if (first === undefined) return args.notApplicable(`no CronJob backs up class ${settings.class}`);
    const gap = largestGapSeconds(readRuns(cronJobs, findings));
    const window = settings.windowDays * day;
    if (gap * settings.baseBackups > window)
      findings.problem(
        `${cronJobs.map(titleOf).join(", ")}: up to ${gap === Infinity ? "a year" : formatDuration(gap)} lies between two base backups, the window of class ${settings.class} is ${formatDuration(window)} and must hold ${settings.baseBackups} of them`,
        first.urn,
      );
  }),
};
