import type { types } from "@pulumi/kubernetes";
import { defaultShrinkPercent } from "./backupClasses";
import { type BackupRun, secondsToStart } from "./backupRuns";
import { names, recoveryLabels, repositoryServiceAccount } from "./names";
import { type PodKind, recoveryPodTemplate } from "./recoveryPod";
import { disruptionsDoNotCount } from "./stepJob";

/** What every Job on the backups is made from. */
export interface BackupJobPlan {
  /** Images of the commands, full references. */
  images: { postgres: string; operations: string };
  /** Settings of the object store, for the commands' environment. */
  environment: Record<string, string>;
  /** The database runs on nodes of its own. @default false */
  databaseNodes?: boolean;
  /** Days after which the expiry removes a database that a restore in place has replaced; 0 for never. @default 0 */
  keptDatabaseDays?: number;
  /** Percent by which a snapshot of the models may be smaller than the one before and still counts by itself. @default 50 */
  modelsShrinkPercent?: number;
}

/** Job of a run, as its CronJob makes it. */
export function backupJobSpec(
  run: BackupRun,
  {
    images,
    environment,
    databaseNodes = false,
    keptDatabaseDays = 0,
    modelsShrinkPercent = defaultShrinkPercent,
  }: BackupJobPlan,
): types.input.batch.v1.JobSpec {
  const ofDatabase = run.backupClass === "wal" || isOfDumps(run);
  const onVolume = podKindOf(run) === "database";
  return {
    backoffLimit: 1,
    podFailurePolicy: disruptionsDoNotCount,
    activeDeadlineSeconds: run.deadlineSeconds,
    template: recoveryPodTemplate({
      command: run.command,
      image: ofDatabase ? images.postgres : images.operations,
      podKind: podKindOf(run),
      serviceAccount: repositoryServiceAccount(run.repositoryRole),
      labels: recoveryLabels(run.name, run.backupClass, run.kind),
      repositoryRole: run.repositoryRole,
      databasePassword: run.kind === "restore",
      besideDatabase: onVolume,
      databaseNodes: onVolume && databaseNodes,
      environment: {
        ...environment,
        ...(ofDatabase ? { POSTGRES_DB: names.database } : {}),
        ...(run.kind === "restore" ? { DB_USER: names.databaseUser } : {}),
        ...(run.backupClass === "wal" && run.kind === "expire" && keptDatabaseDays > 0
          ? { KEPT_DATABASE_DAYS: String(keptDatabaseDays) }
          : {}),
        ...(run.backupClass === "models" && run.kind === "backup"
          ? { MODELS_SHRINK_PERCENT: String(modelsShrinkPercent) }
          : {}),
        // Kubernetes removes a pod at the deadline, with all that it could say.
        TIME_LIMIT_SECONDS: String(run.deadlineSeconds - secondsToStart),
      },
    }),
  };
}

/** What takes or loads a dump works with the server by the socket on its volume. */
function isOfDumps({ backupClass, kind }: BackupRun): boolean {
  return backupClass === "database" && kind !== "expire";
}

/** What reads the repository alone needs neither the database nor its node. */
function podKindOf(run: BackupRun): PodKind {
  const { backupClass, kind } = run;
  if (isOfDumps(run)) return "database";
  if (backupClass === "wal") return kind === "verify" ? "repository" : "database";
  return kind === "backup" ? "checkpoints" : "network";
}
