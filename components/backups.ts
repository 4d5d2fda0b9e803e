import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type BackupRun, startingDeadlineSeconds } from "../plan/backupRuns";
import { backupJobSpec, type BackupJobPlan } from "../plan/backupJob";
import { recoveryLabels } from "../plan/names";

/** Arguments of {@link Backups}. */
export interface BackupsArgs extends BackupJobPlan {
  /** Kubernetes namespace of the CronJobs. */
  namespace: pulumi.Input<string>;
  /** What runs when, from the table of the backup classes. */
  runs: readonly BackupRun[];
}

/** Takes and expires the backups, and keeps the restore of a dump ready: one CronJob for each run. */
export class Backups extends pulumi.ComponentResource {
  constructor(name: string, args: BackupsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Backups", name, {}, options);
    for (const run of args.runs) this.cronJob(`${name}-${run.name}`, run, args);
    this.registerOutputs({});
  }

  private cronJob(name: string, run: BackupRun, args: BackupsArgs): void {
    const labels = recoveryLabels(run.name, run.backupClass, run.kind);
    new k8s.batch.v1.CronJob(
      name,
      {
        metadata: { name: run.name, namespace: args.namespace, labels },
        spec: {
          schedule: run.schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds,
          successfulJobsHistoryLimit: 2,
          failedJobsHistoryLimit: 3,
          suspend: run.kind === "restore",
          jobTemplate: { metadata: { labels }, spec: backupJobSpec(run, args) },
        },
      },
      { parent: this },
    );
  }
}
