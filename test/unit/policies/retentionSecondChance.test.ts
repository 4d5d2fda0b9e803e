import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { lifecycleRules } from "../../../plan/lifecycle";
import { retentionSecondChance } from "../../../policies/rules/retentionSecondChance";
import { describeStackRule } from "./describeRule";
import { type Sample, unknown } from "./examine";
import { vaultAndReplica, without, withProps } from "./vaultSample";

const classes = Object.values(backupClasses(defaultRetentionDays));
const keptFor = (days: number) => withProps("replica-lifecycle", { rules: lifecycleRules(classes, days) });
const destination = { bucket: unknown };
const copying = (status: string, prefix?: string) =>
  withProps("replication", {
    rules: [
      {
        status: "Enabled",
        deleteMarkerReplication: { status },
        destination,
        ...(prefix === undefined ? {} : { filter: { prefix } }),
      },
    ],
  });
const good: Sample[] = keptFor(30)(copying("Enabled", "wal/")(vaultAndReplica()));
const message = (rule: string, days: number, prefix: string): string =>
  `BucketLifecycleConfiguration "replica-lifecycle": rule "${rule}" expires after ${days} days what BucketReplicationConfig "replication" hides beneath "${prefix}", must be at least 30`;

describeStackRule(retentionSecondChance, good, [
  { title: "refuses a day less", change: keptFor(29), violations: [message("wal-noncurrent", 29, "wal/")] },
  {
    title: "refuses the days of the vault",
    change: keptFor(0),
    violations: [message("wal-noncurrent", 7, "wal/")],
  },
  {
    title: "looks at every class where everything is hidden",
    change: (samples) => keptFor(0)(copying("Enabled")(samples)),
    violations: [message("wal-noncurrent", 7, "")],
  },
  {
    title: "takes the days of the vault where no deletion goes along",
    change: (samples) => keptFor(0)(copying("Disabled", "wal/")(samples)),
  },
  {
    title: "takes them for what is not hidden",
    change: (samples) => keptFor(0)(copying("Enabled", "db/")(samples)),
  },
  {
    title: "does not look at the vault itself",
    change: withProps("vault-lifecycle", { rules: lifecycleRules(classes) }),
  },
  {
    title: "refuses days that the preview does not know",
    change: withProps("replica-lifecycle", {
      rules: [
        {
          id: "all",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: unknown },
        },
      ],
    }),
    violations: [
      'BucketLifecycleConfiguration "replica-lifecycle": rules.0.noncurrentVersionExpiration.noncurrentDays is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
    ],
  },
  {
    title: "has nothing to do where nothing is replicated",
    change: without("replication"),
    notApplicable: "nothing is replicated",
  },
]);
