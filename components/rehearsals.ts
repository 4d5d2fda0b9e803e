import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { startingDeadlineSeconds } from "../plan/backupRuns";
import { jobNames } from "../plan/names";
import {
  defaultRehearsalSchedule,
  rehearsalJobSpec,
  type RehearsalJobPlan,
  rehearsalLabels,
} from "../plan/rehearsal";

/** Arguments of {@link Rehearsals}. */
export interface RehearsalsArgs extends RehearsalJobPlan {
  /** Kubernetes namespace of the CronJob. */
  namespace: pulumi.Input<string>;
}

/**
 * Restores the newest backups into a pod that is thrown away, and leaves evidence of what came back: every night, or when it is started by
 * hand. It claims nothing and archives nothing: the platform goes on.
 */
export class Rehearsals extends pulumi.ComponentResource {
  constructor(name: string, args: RehearsalsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:index:Rehearsals", name, {}, options);
    const { namespace, schedule } = args;
    const labels = rehearsalLabels(args);
    new k8s.batch.v1.CronJob(
      name,
      {
        metadata: { name: jobNames.rehearse, namespace, labels },
        spec: {
          schedule: schedule === "" ? defaultRehearsalSchedule : schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds,
          successfulJobsHistoryLimit: 2,
          failedJobsHistoryLimit: 3,
          suspend: schedule === "",
          jobTemplate: { metadata: { labels }, spec: rehearsalJobSpec(args) },
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
