import { classCoverage } from "../../../policies/rules/classCoverage";
import { bucketLabel } from "../../../policies/shared/labels";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { cronJob, restoreJob } from "./cronJobSample";
import { describeStackRule } from "./describeRule";
import type { Sample } from "./examine";
import { without } from "./vaultSample";

const good = ["database", "wal", "models", "config"].flatMap((className) => [
  cronJob({ className }),
  cronJob({ className, name: `backup-${className}-often` }),
  cronJob({ className, role: "expire" }),
  restoreJob(className),
  ...(className === "wal" ? [cronJob({ className, role: "verify" })] : []),
]);
const on = (bucket: string) => ({ [bucketLabel]: bucket });
const bucket = { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } };
const models = { classes: ["models"], cronJobs: {} };
const withoutClass = (name: string) => (samples: Sample[]) =>
  samples.filter((sample) => !sample.name.includes(`-${name}`));
const tooFew = (className: string, role: string, count: number, minimum: number): string =>
  `class ${className}: CronJobs that run, with the labels recovery.lstm-pfd/class=${className} and recovery.lstm-pfd/role=${role}: ${count}, must be at least ${minimum}`;
const noRestore = (className: string): string =>
  `class ${className}: no Job or CronJob has the labels recovery.lstm-pfd/class=${className} and recovery.lstm-pfd/role=restore`;

describeStackRule(classCoverage, good, [
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
    title: "refuses WAL that nothing reads from end to end",
    change: without("verify-wal"),
    violations: [tooFew("wal", "verify", 0, 1)],
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
    violations: [noRestore("models")],
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
  ...["database", "config"].map((className) => ({
    title: `asks for class ${className} too`,
    change: withoutClass(className),
    violations: [
      tooFew(className, "backup", 0, 1),
      ...(className === "database" ? [tooFew(className, "expire", 0, 1)] : []),
      noRestore(className),
    ],
  })),
  {
    title: "asks for the classes that are configured",
    config: { classes: ["dumps"] },
    violations: [tooFew("dumps", "backup", 0, 1), noRestore("dumps")],
  },
  {
    title: "leaves a class alone that is exempt, and no other",
    change: (all) => withoutClass("config")(withoutClass("database")(all)),
    config: { exemptClasses: { database: "no dumps are taken yet" } },
    violations: [tooFew("config", "backup", 0, 1), noRestore("config")],
  },
  {
    title: "refuses to leave a class alone that it does not know",
    config: { exemptClasses: { databases: "no dumps are taken yet" } },
    violations: [
      'exemptClasses has "databases", which is no class of classes: database, wal, models, config',
    ],
  },
  {
    title: "refuses to leave a class alone without a reason",
    config: { exemptClasses: { database: "", config: " " } },
    violations: [
      'exemptClasses.database is "": must say why nothing backs up and restores the class',
      'exemptClasses.config is " ": must say why nothing backs up and restores the class',
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
