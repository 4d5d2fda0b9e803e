import type { StackValidationPolicy } from "@pulumi/policy";
import { defaultClasses } from "../shared/backupClasses";
import { type RecoveryJob, recoveryJobs } from "../shared/backupJobs";
import { bucketName, bucketsOf } from "../shared/buckets";
import type { Findings } from "../shared/findings";
import { bucketLabel, classLabel, roleLabel } from "../shared/labels";
import { schemaOf, textList } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkStack, titleOf } from "../shared/validation";

/**
 * CronJobs by class and role. A run that is missing beside another one of its class hides behind it: no backup fails, the
 * loss only grows, and what is superseded stays for ever.
 */
const cronJobs: Record<string, Record<string, number>> = {
  database: { backup: 1, expire: 1 },
  wal: { backup: 2, expire: 1, verify: 1 },
  models: { backup: 2, expire: 1 },
};
const defaults = {
  classes: Object.entries(defaultClasses).flatMap(([name, { byAge }]) => (byAge === true ? [] : [name])),
  exemptClasses: {} as Record<string, string>,
  cronJobs,
};

/**
 * What is backed up can be restored, and what must be restorable is backed up, by every run that it needs: to and from the
 * same bucket.
 */
export const classCoverage: StackValidationPolicy = {
  name: "class-coverage",
  description:
    "Every required class has its CronJobs, as many of each role as it needs, and a Job that restores it; backups and restores are on one bucket.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    classes: textList("Classes that a stack with Kubernetes resources must back up and restore."),
    exemptClasses: {
      type: "object",
      additionalProperties: { type: "string" },
      description: "Why a class is neither backed up nor restored by this stack, by the class.",
    },
    cronJobs: {
      type: "object",
      additionalProperties: { type: "object", additionalProperties: { type: "integer", minimum: 0 } },
      description: `Least number of CronJobs that a required class has, by the class and by the value of the label ${roleLabel}; where it says nothing, one for backup.`,
    },
  }),
  remediationSteps: `Label the class's CronJobs ${classLabel}=<class> and ${roleLabel}=backup or ${roleLabel}=expire, its restore Job (or suspended CronJob) ${classLabel}=<class> and ${roleLabel}=restore, and backups and restores ${bucketLabel}=<bucket>. When a class needs another number of CronJobs, set it in cronJobs; when it needs none, say why in exemptClasses.`,
  validateStack: checkStack(defaults, (resources, settings, findings, args) => {
    if (!resources.some(({ type }) => type.startsWith("kubernetes:")))
      args.notApplicable("the stack has no Kubernetes resources");
    const { classes, exemptClasses, cronJobs: least } = settings;
    checkExemptions(exemptClasses, classes, findings);
    const buckets = bucketsOf(resources).flatMap((bucket) => bucketName(bucket) ?? []);
    const jobs = recoveryJobs(resources, findings);
    for (const className of classes.filter((each) => !(each in exemptClasses))) {
      const ofClass = jobs.filter((job) => job.className === className);
      const running = (role: string) => ofClass.filter((job) => job.role === role && job.scheduled);
      const restores = ofClass.filter(({ role }) => role === "restore");
      for (const [role, minimum] of Object.entries({ backup: 1, ...least[className] })) {
        const count = running(role).length;
        if (count < minimum)
          findings.problem(
            `class ${className}: CronJobs that run, with the labels ${classLabel}=${className} and ${roleLabel}=${role}: ${count}, must be at least ${minimum}`,
          );
      }
      if (restores.length === 0)
        findings.problem(
          `class ${className}: no Job or CronJob has the labels ${classLabel}=${className} and ${roleLabel}=restore`,
        );
      checkBuckets(className, [...running("backup"), ...restores], buckets, findings);
    }
  }),
};

function checkExemptions(
  exemptClasses: Record<string, string>,
  classes: readonly string[],
  findings: Findings,
): void {
  for (const [className, reason] of Object.entries(exemptClasses)) {
    if (!classes.includes(className))
      findings.problem(
        `exemptClasses has ${shown(className)}, which is no class of classes: ${classes.join(", ")}`,
      );
    if (reason.trim() === "")
      findings.problem(
        `exemptClasses.${className} is ${shown(reason)}: must say why nothing backs up and restores the class`,
      );
  }
}

function checkBuckets(
  className: string,
  jobs: readonly RecoveryJob[],
  ofStack: readonly string[],
  findings: Findings,
): void {
  const named = jobs.flatMap(({ bucket }) => bucket ?? []);
  const allowed = ofStack.length > 0 ? ofStack : named.slice(0, 1);
  if (allowed.length === 0) return;
  for (const { resource, bucket } of jobs)
    if (bucket === undefined || !allowed.includes(bucket))
      findings.problem(
        `${titleOf(resource)}: label ${bucketLabel} is ${shown(bucket)}, class ${className} is on ${allowed.join(" or ")}`,
        resource.urn,
      );
}
