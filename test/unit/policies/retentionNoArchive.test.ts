import { retentionNoArchive } from "../../../policies/rules/retentionNoArchive";
import { describeResourceRule } from "./describeRule";
import { changeRule, goodLifecycle, lifecycleTitle, withRule } from "./lifecycleSample";

describeResourceRule(retentionNoArchive, goodLifecycle, [
  {
    title: "refuses a transition to an archive",
    change: changeRule("wal-noncurrent", { transitions: [{ days: 1, storageClass: "GLACIER" }] }),
    violations: [`${lifecycleTitle}: rule "wal-noncurrent" moves "wal/" to GLACIER`],
  },
  {
    title: "refuses a transition of noncurrent versions",
    change: changeRule("models-noncurrent", {
      noncurrentVersionTransitions: [{ noncurrentDays: 1, storageClass: "DEEP_ARCHIVE" }],
    }),
    violations: [`${lifecycleTitle}: rule "models-noncurrent" moves "models/" to DEEP_ARCHIVE`],
  },
  {
    title: "names all that a wide rule moves",
    change: withRule({ transitions: [{ days: 1, storageClass: "GLACIER" }] }),
    violations: [
      `${lifecycleTitle}: rule "new" moves "db/", "wal/", "models/", "config/", "evidence/" to GLACIER`,
    ],
  },
  {
    title: "takes a class that is read at once",
    change: withRule({ transitions: [{ days: 30, storageClass: "GLACIER_IR" }] }),
  },
  {
    title: "leaves other prefixes alone",
    change: withRule({ filter: { prefix: "logs/" }, transitions: [{ days: 1, storageClass: "GLACIER" }] }),
  },
]);
