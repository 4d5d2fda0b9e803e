import { classCoverage } from "../../../policies/rules/classCoverage";
import { bucketLabel } from "../../../policies/shared/labels";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { cronJob, restoreJob } from "./cronJobSample";
import { describeStackRule } from "./describeRule";
import { without } from "./vaultSample";

const good = ["wal", "models"].flatMap((className) => [
  cronJob({ className }),
  cronJob({ className, name: `backup-${className}-often` }),
  cronJob({ className, role: "expire" }),
  restoreJob(className),
]);
const on = (bucket: string) => ({ [bucketLabel]: bucket });
const bucket = { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } };
const models = { classes: ["models"], cronJobs: {} };
const defaults = {
  classes: ["wal", "models"],
  cronJobs: { wal: { backup: 2, expire: 1 }, models: { backup: 2, expire: 1 } },
};
const tooFew = (className: string, role: string, count: number, minimum: number): string =>
  `class ${className}: CronJobs that run, with the labels recovery.lstm-pfd/class=${className} and recovery.lstm-pfd/role=${role}: ${count}, must be at least ${minimum}`;

describeStackRule(classCoverage, good, defaults, [
  {
    title: "refuses a class that nothing backs up",
    change: (all) => without("backup-wal")(without("backup-wal-often")(all)),
    violations: [tooFew("wal", "backup", 0, 2)],
  },
  {
    title: "refuses a class that has lost one of its backups",
    change: without("backup-wal-often"),
    violations: [tooFew("wal", "backup", 1, 2)],
  },
  {
    title: "refuses a class whose superseded backups nothing expires",
    change: without("expire-models"),
    violations: [tooFew("models", "expire", 0, 1)],
  },
  {
    title: "asks for the numbers that are configured",
    config: { cronJobs: { wal: { backup: 3 }, models: { backup: 2, expire: 0, verify: 1 } } },
    violations: [tooFew("wal", "backup", 2, 3), tooFew("models", "verify", 0, 1)],
  },
  {
    title: "takes one backup and no expiry of a class that has no numbers",
    change: () => [cronJob(), restoreJob("models")],
    config: models,
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
    violations: [tooFew("models", "backup", 0, 1)],
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
      tooFew("database", "backup", 0, 1),
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
