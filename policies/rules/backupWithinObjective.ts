import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { cronJobSpec, recoveryJobs } from "../shared/backupJobs";
import { largestGapSeconds } from "../shared/cronRuns";
import type { Findings } from "../shared/findings";
import { formatDuration } from "../shared/formatDuration";
import { readRuns } from "../shared/readRuns";
import { longestRunSeconds } from "../shared/runTime";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const hours = 3600;
const objectives: Record<string, number> = { database: 26 * hours, models: 4 * hours };
const defaults = { objectiveSeconds: objectives };

/** What is lost at the worst, by schedule, deadline and retries, is within what may be lost. */
export const backupWithinObjective: StackValidationPolicy = {
  name: "backup-within-objective",
  description:
    "The worst-case loss of each class is within its objective: the largest gap between two runs, the latest start and the longest run together.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    objectiveSeconds: {
      type: "object",
      additionalProperties: { type: "integer", minimum: 1 },
      description:
        "Seconds of work that each class may lose. A class that is archived all the time is not measured by its schedule, and has no entry.",
    },
  }),
  remediationSteps:
    "Run the backup more often, or lower startingDeadlineSeconds, activeDeadlineSeconds or backoffLimit.",
  validateStack: checkStack(defaults, (resources, { objectiveSeconds }, findings, args) => {
    const backups = recoveryJobs(resources, findings).filter(
      ({ role, scheduled }) => role === "backup" && scheduled,
    );
    const measured = backups.filter(({ className }) => className in objectiveSeconds);
    if (measured.length === 0 && findings.unknowns.length === 0)
      args.notApplicable("no CronJob backs up a class with an objective");
    for (const [className, objective] of Object.entries(objectiveSeconds)) {
      const ofClass = measured.filter((job) => job.className === className);
      checkClass(
        className,
        objective,
        ofClass.map(({ resource }) => resource),
        findings,
      );
    }
  }),
};

function checkClass(
  className: string,
  objective: number,
  cronJobs: readonly PolicyResource[],
  findings: Findings,
): void {
  const gap = largestGapSeconds(readRuns(cronJobs, findings));
  for (const cronJob of cronJobs)
    findings.attempt(() => {
      const { startingDeadlineSeconds: late, jobTemplate } = cronJobSpec(cronJob);
      const run = jobTemplate.spec === undefined ? undefined : longestRunSeconds(jobTemplate.spec);
      const unbounded = [
        ...(late === undefined ? ["spec.startingDeadlineSeconds"] : []),
        ...(run === undefined ? ["spec.jobTemplate.spec.activeDeadlineSeconds"] : []),
      ];
      if (unbounded.length > 0)
        findings.problem(
          `${titleOf(cronJob)}: ${unbounded.join(" and ")} not set: nothing bounds the loss of class ${className}`,
          cronJob.urn,
        );
      const parts = { gap, late: late ?? 0, run: run ?? 0 };
      const loss = parts.gap + parts.late + parts.run;
      if (loss > objective)
        findings.problem(
          `${titleOf(cronJob)}: class ${className} loses up to ${describeLoss(parts)}, its objective is ${formatDuration(objective)}`,
          cronJob.urn,
        );
    }, cronJob.urn);
}

function describeLoss({ gap, late, run }: { gap: number; late: number; run: number }): string {
  if (gap === Infinity) return "everything (there are no two runs in a year)";
  const [total, ...parts] = [gap + late + run, gap, late, run].map(formatDuration);
  return `${total} (${parts[0]} between runs, ${parts[1]} late, ${parts[2]} running)`;
}
