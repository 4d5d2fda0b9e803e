import { classCoverage } from "../../../policies/rules/classCoverage";
import { bucketLabel } from "../../../policies/shared/labels";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { cronJob, restoreJob } from "./cronJobSample";
import { describeStackRule } from "./describeRule";
import { without } from "./vaultSample";

const good = ["wal", "models"].flatMap((className) => [cronJob({ className }), restoreJob(className)]);
const on = (bucket: string) => ({ [bucketLabel]: bucket });
const bucket = { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } };
const models = { classes: ["models"] };

describeStackRule(classCoverage, good, { classes: ["wal", "models"] }, [
  {
    title: "refuses a class that nothing backs up",
    change: without("backup-wal"),
    violations: [
      "class wal: no CronJob that runs has the labels recovery.lstm-pfd/class=wal and recovery.lstm-pfd/role=backup",
    ],
  },
  {
    title: "refuses a class that nothing restores",
    change: without("restore-models"),
    violations: [
      "class models: no Job or CronJob has the labels recovery.lstm-pfd/class=models and recovery.lstm-pfd/role=restore",
    ],
  },
  {
    title: "does not count a backup that is suspended",
    change: () => [cronJob({ spec: { suspend: true } }), restoreJob("models")],
    config: models,
    violations: [
      "class models: no CronJob that runs has the labels recovery.lstm-pfd/class=models and recovery.lstm-pfd/role=backup",
    ],
  },
  {
    title: "takes a restore that waits as a suspended CronJob",
    change: () => [cronJob(), cronJob({ role: "restore", spec: { suspend: true } })],
    config: models,
  },
  {
    title: "asks for the classes that are configured",
    config: { classes: ["database"] },
    violations: [
      "class database: no CronJob that runs has the labels recovery.lstm-pfd/class=database and recovery.lstm-pfd/role=backup",
      "class database: no Job or CronJob has the labels recovery.lstm-pfd/class=database and recovery.lstm-pfd/role=restore",
    ],
  },
  {
    title: "refuses a restore from another bucket than the backup's",
    change: () => [cronJob({ labels: on("backups") }), restoreJob("models", on("other"))],
    config: models,
    violations: [
      'Job "restore-models": label recovery.lstm-pfd/bucket is "other", class models is on backups',
    ],
  },
  {
    title: "refuses a backup that does not say where it goes, in the stack of the bucket",
    change: () => [bucket, cronJob(), restoreJob("models", on("backups"))],
    config: models,
    violations: [
      'CronJob "backup-models": label recovery.lstm-pfd/bucket is not set, class models is on backups',
    ],
  },
  {
    title: "takes a backup to and a restore from the stack's own bucket",
    change: () => [bucket, cronJob({ labels: on("backups") }), restoreJob("models", on("backups"))],
    config: models,
  },
  {
    title: "has nothing to do in a stack without Kubernetes",
    change: () => [bucket],
    notApplicable: "the stack has no Kubernetes resources",
  },
]);
