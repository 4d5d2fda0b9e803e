import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type BackupRun, startingDeadlineSeconds } from "../plan/backupRuns";
import { names, recoveryLabels, repositoryServiceAccount } from "../plan/names";
import { recoveryPodTemplate } from "./recoveryPod";

/** Arguments of {@link Backups}. */
export interface BackupsArgs {
  /** Kubernetes namespace of the CronJobs. */
  namespace: pulumi.Input<string>;
  /** Images of the commands, full references. */
  images: { postgres: string; operations: string };
  /** Settings of the object store and the generation, for the commands' environment. */
  environment: Record<string, string>;
  /** What runs when, from the table of the backup classes. */
  runs: readonly BackupRun[];
}

/** Takes and expires the backups: one CronJob for each scheduled run. */
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
          suspend: false,
          jobTemplate: { metadata: { labels }, spec: backupJobSpec(run, args) },
        },
      },
      { parent: this },
    );
  }
}

/** Job of a run, as its CronJob makes it. */
export function backupJobSpec(
  run: BackupRun,
  { images, environment }: Pick<BackupsArgs, "images" | "environment">,
): k8s.types.input.batch.v1.JobSpec {
  const ofDatabase = run.backupClass === "wal";
  return {
    backoffLimit: 1,
    activeDeadlineSeconds: run.deadlineSeconds,
    template: recoveryPodTemplate({
      command: run.command,
      image: ofDatabase ? images.postgres : images.operations,
      podKind: ofDatabase ? "database" : run.kind === "backup" ? "checkpoints" : "network",
      serviceAccount: repositoryServiceAccount(run.repositoryRole),
      labels: recoveryLabels(run.name, run.backupClass, run.kind),
      repositoryRole: run.repositoryRole,
      besideDatabase: ofDatabase,
      environment: { ...environment, ...(ofDatabase ? { POSTGRES_DB: names.database } : {}) },
    }),
  };
}
