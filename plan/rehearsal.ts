import { runsOfYear } from "@lstm-pfd/policies/cron-runs";
import type { types } from "@pulumi/kubernetes";
import { secondsToStart } from "./backupRuns";
import { jobNames, names, recoveryLabels, repositoryServiceAccount } from "./names";
import { type CopyVolume, recoveryPodTemplate } from "./recoveryPod";
import type { Rule } from "./rule";
import { disruptionsDoNotCount } from "./stepJob";

/**
 * When a rehearsal runs, UTC: in a minute of its own, after the night's dump, full backup and snapshot, which it then proves in the same
 * night, and before they expire anything.
 */
export const defaultRehearsalSchedule = "20 4 * * *";

/** Any day: whether an expression can be read hangs on none. */
const anyDay = new Date("2026-01-01T00:00:00Z");

/** A schedule, or none. */
export const rehearsalScheduleRule: Rule = {
  says: 'must be a cron expression of five fields, UTC, as in "20 4 * * *", or empty',
  example: defaultRehearsalSchedule,
  holds: (schedule) => {
    if (schedule === "") return true;
    try {
      return runsOfYear({ expression: schedule }, anyDay).length > 0;
    } catch {
      return false;
    }
  },
};

/** What the Job of a rehearsal is made from. */
export interface RehearsalJobPlan {
  /** Image of the command, full reference. */
  postgresImage: string;
  /** Settings of the object store, for the command's environment. */
  environment: Record<string, string>;
  /** Volume of the copy: as large as that of the database. */
  copy: CopyVolume;
  /** Pods act at AWS by their service accounts, of which each has one role, and have no keys. */
  podIdentity: boolean;
  /** Platform, as the lineage calls it. */
  site: string;
  /** Cron expression, UTC; empty: it waits to be started by hand. */
  schedule: string;
  /** Hours after which a rehearsal that has not ended is stopped. */
  hours: number;
  /** Seconds after which a WAL segment is archived. */
  archiveTimeoutSeconds: number;
  /** Seconds since the newest archived segment above which archiving has stopped. */
  maxDataAgeSeconds: number;
  /** Name of the ConfigMap with the operator's assertions; empty for none. */
  assertions: string;
  /** Whether each row is looked up in the indexes of its table, too. */
  heapAllIndexed: boolean;
}

/** Labels of a rehearsal: one without a schedule waits like a restore. */
export function rehearsalLabels({ schedule }: Pick<RehearsalJobPlan, "schedule">): Record<string, string> {
  return recoveryLabels(jobNames.rehearse, undefined, schedule === "" ? "restore" : "verify");
}

/** Job of a rehearsal: the reader's rights, those to create evidence, and an empty volume that goes with its pod. */
export function rehearsalJobSpec(plan: RehearsalJobPlan): types.input.batch.v1.JobSpec {
  const { podIdentity, hours } = plan;
  const deadlineSeconds = hours * 3600;
  return {
    // Another pod would fail for the same, and say it twice.
    backoffLimit: 0,
    podFailurePolicy: disruptionsDoNotCount,
    activeDeadlineSeconds: deadlineSeconds,
    template: recoveryPodTemplate({
      command: [jobNames.rehearse],
      image: plan.postgresImage,
      podKind: "copy",
      copyVolume: plan.copy,
      assertions: plan.assertions,
      serviceAccount: repositoryServiceAccount(podIdentity ? "evidence" : "reader"),
      labels: rehearsalLabels(plan),
      repositoryRole: "reader",
      evidenceKeys: !podIdentity,
      environment: {
        ...plan.environment,
        POSTGRES_DB: names.database,
        SITE_NAME: plan.site,
        ARCHIVE_TIMEOUT_SECONDS: String(plan.archiveTimeoutSeconds),
        MAX_DATA_AGE_SECONDS: String(plan.maxDataAgeSeconds),
        ...(plan.assertions === "" ? {} : { REHEARSAL_ASSERTIONS: plan.assertions }),
        ...(plan.heapAllIndexed ? { HEAP_ALL_INDEXED: "true" } : {}),
        // Kubernetes removes a pod at the deadline, with all that it could say.
        TIME_LIMIT_SECONDS: String(deadlineSeconds - secondsToStart),
      },
    }),
  };
}
