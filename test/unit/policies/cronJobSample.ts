import { classLabel, roleLabel } from "../../../policies/shared/labels";
import { kubernetesTypes } from "../../../policies/shared/resourceTypes";
import type { Sample } from "./examine";

/** What differs between the CronJobs of the tests. */
export interface CronJobOptions {
  /** @default `backup-<class>` */
  name?: string;
  className?: string;
  role?: string;
  labels?: Record<string, string>;
  /** @default every two hours */
  schedule?: string;
  /** Other fields of the specification. */
  spec?: object;
  /** Other fields of the Job's specification. */
  job?: object;
}

/** A CronJob as the stack makes it. */
export function cronJob(options: CronJobOptions = {}): Sample & { props: CronJobProps } {
  const { className = "models", role = "backup" } = options;
  return {
    type: kubernetesTypes.cronJob,
    name: options.name ?? `${role}-${className}`,
    props: {
      metadata: { labels: { [classLabel]: className, [roleLabel]: role, ...options.labels } },
      spec: {
        schedule: options.schedule ?? "30 */2 * * *",
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 2,
        failedJobsHistoryLimit: 3,
        suspend: false,
        jobTemplate: { spec: { backoffLimit: 1, activeDeadlineSeconds: 5400, template: {}, ...options.job } },
        ...options.spec,
      },
    },
  };
}

/** A Job that restores a class. */
export function restoreJob(className: string, labels: Record<string, string> = {}): Sample {
  return {
    type: kubernetesTypes.job,
    name: `restore-${className}`,
    props: { metadata: { labels: { [classLabel]: className, [roleLabel]: "restore", ...labels } } },
  };
}

/** Arguments of a CronJob, as far as the rules look. */
export interface CronJobProps {
  metadata: { labels: Record<string, string> };
  spec: { jobTemplate: { spec: object }; [field: string]: unknown };
}

/** Changes fields of the specification. */
export function withSpec(change: object): (props: CronJobProps) => object {
  return (props) => ({ ...props, spec: { ...props.spec, ...change } });
}
