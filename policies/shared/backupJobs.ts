import type { types } from "@pulumi/kubernetes";
import type { PolicyResource } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import type { Findings } from "./findings";
import { bucketLabel, classLabel, roleLabel } from "./labels";
import { kubernetesTypes } from "./resourceTypes";

/** Specification of a CronJob. */
export type CronJobSpec = Unwrap<types.input.batch.v1.CronJobSpec>;
/** Specification of a Job. */
export type JobSpec = Unwrap<types.input.batch.v1.JobSpec>;

/** A CronJob or a Job that is labelled as part of the recovery. */
export interface RecoveryJob {
  resource: PolicyResource;
  className: string;
  role: string;
  /** Bucket that it works on; undefined when it has no such label. */
  bucket: string | undefined;
  /** Runs by a schedule: a CronJob that is not suspended. */
  scheduled: boolean;
}

/** CronJobs and Jobs that are labelled with a class and a role. */
export function recoveryJobs(resources: readonly PolicyResource[], findings: Findings): RecoveryJob[] {
  const jobs: RecoveryJob[] = [];
  for (const resource of resources) {
    const isCronJob = resource.type === kubernetesTypes.cronJob;
    if (!isCronJob && resource.type !== kubernetesTypes.job) continue;
    findings.attempt(() => {
      const metadata = resource.props["metadata"] as { labels?: Record<string, string> } | undefined;
      const labels = metadata?.labels ?? {};
      const [className, role] = [labels[classLabel], labels[roleLabel]];
      if (className === undefined || role === undefined) return;
      const scheduled = isCronJob && cronJobSpec(resource).suspend !== true;
      jobs.push({ resource, className, role, bucket: labels[bucketLabel], scheduled });
    }, resource.urn);
  }
  return jobs;
}

/** CronJobs that back up a class, and run: not the suspended ones. */
export function backupCronJobs(
  resources: readonly PolicyResource[],
  className: string,
  findings: Findings,
): PolicyResource[] {
  return recoveryJobs(resources, findings)
    .filter((job) => job.scheduled && job.className === className && job.role === "backup")
    .map(({ resource }) => resource);
}

/** Specification of a CronJob. */
export function cronJobSpec(resource: PolicyResource): CronJobSpec {
  return resource.props["spec"] as CronJobSpec;
}
