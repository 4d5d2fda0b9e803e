import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BackupRun } from "../plan/backupRuns";
import { backupJobSpec, type BackupJobPlan } from "../plan/backupJob";
import { jobNames, recoveryLabels } from "../plan/names";

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
 * A full base backup as the last step of `up`, when the site serves already: it proves that archiving works, and a site that has
 * just come back does not wait for the night to be protected again. An `up` that is stopped leaves it running, and the next one
 * waits for it.
 */
export class FirstBackup extends pulumi.ComponentResource {
  constructor(name: string, args: FirstBackupArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:FirstBackup", name, {}, options);
    const { run, namespace } = args;
    const labels = recoveryLabels(jobNames.firstBackup, run.backupClass, run.kind);
    new k8s.batch.v1.Job(
      name,
      {
        // Not `triedAgain`: that would replace one that still runs. `up` removes one that has failed before it begins.
        metadata: { name: jobNames.firstBackup, namespace, labels },
        spec: backupJobSpec(run, args),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        ...(args.databaseVolume === undefined ? {} : { replacementTrigger: args.databaseVolume }),
        customTimeouts: { create: "12h", update: "12h" },
      },
    );
    this.registerOutputs({});
  }
}
