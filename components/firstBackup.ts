import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BackupRun } from "../plan/backupRuns";
import { backupJobSpec, type BackupJobPlan } from "../plan/backupJob";
import { jobNames, recoveryLabels, triedAgain } from "../plan/names";

/** Arguments of {@link FirstBackup}. */
export interface FirstBackupArgs extends BackupJobPlan {
  /** Kubernetes namespace of the Job. */
  namespace: pulumi.Input<string>;
  /** Taken anew when this changes: what tells the volume of the database from a later one. @default taken once */
  databaseVolume?: pulumi.Input<string>;
  /** The full base backup, from the table of the runs. */
  run: BackupRun;
}

/**
 * A full base backup as the last step of `up`: it proves that archiving works, and a site that has just come back does not
 * wait for the night to be protected again.
 */
export class FirstBackup extends pulumi.ComponentResource {
  constructor(name: string, args: FirstBackupArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:FirstBackup", name, {}, options);
    const { run, namespace } = args;
    const labels = recoveryLabels(jobNames.firstBackup, run.backupClass, run.kind);
    new k8s.batch.v1.Job(
      name,
      {
        metadata: { name: jobNames.firstBackup, namespace, labels, annotations: triedAgain },
        spec: backupJobSpec(run, args),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        ...(args.databaseVolume === undefined ? {} : { replacementTrigger: args.databaseVolume }),
        customTimeouts: { create: "3h" },
      },
    );
    this.registerOutputs({});
  }
}
