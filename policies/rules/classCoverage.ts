import type { StackValidationPolicy } from "@pulumi/policy";
import { type RecoveryJob, recoveryJobs } from "../shared/backupJobs";
import { bucketName, bucketsOf } from "../shared/buckets";
import type { Findings } from "../shared/findings";
import { bucketLabel, classLabel, roleLabel } from "../shared/labels";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkStack, titleOf } from "../shared/validation";

const defaults = { classes: ["wal", "models"] };

/** What is backed up can be restored, and what must be restorable is backed up: to and from the same bucket. */
export const classCoverage: StackValidationPolicy = {
  name: "class-coverage",
  description:
    "Every required class has a CronJob that backs it up and a Job that restores it, on the same bucket.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    classes: {
      type: "array",
      items: { type: "string" },
      description: "Classes that a stack with Kubernetes resources must back up and restore.",
    },
  }),
  remediationSteps: `Label the class's CronJob ${classLabel}=<class> and ${roleLabel}=backup, its restore Job (or suspended CronJob) ${classLabel}=<class> and ${roleLabel}=restore, and both ${bucketLabel}=<bucket>.`,
  validateStack: checkStack(defaults, (resources, { classes }, findings, args) => {
    if (!resources.some(({ type }) => type.startsWith("kubernetes:")))
      args.notApplicable("the stack has no Kubernetes resources");
    const buckets = bucketsOf(resources).flatMap((bucket) => bucketName(bucket) ?? []);
    const jobs = recoveryJobs(resources, findings);
    for (const className of classes) {
      const ofClass = jobs.filter((job) => job.className === className);
      const backups = ofClass.filter(({ role, scheduled }) => role === "backup" && scheduled);
      const restores = ofClass.filter(({ role }) => role === "restore");
      const missing = (kind: string, role: string): void => {
        findings.problem(
          `class ${className}: no ${kind} has the labels ${classLabel}=${className} and ${roleLabel}=${role}`,
        );
      };
      if (backups.length === 0) missing("CronJob that runs", "backup");
      if (restores.length === 0) missing("Job or CronJob", "restore");
      checkBuckets(className, [...backups, ...restores], buckets, findings);
    }
  }),
};

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
