import { retentionLock } from "../../../policies/rules/retentionLock";
import { describeStackRule } from "./describeRule";
import { unknown } from "./examine";
import { lifecycleProps } from "./lifecycleSample";
import { vaultAndReplica, withProps } from "./vaultSample";

const lockFor = (defaultRetention: object) => withProps("vault-lock", { rule: { defaultRetention } });
const message = (days: number, rule: string, noncurrent: number): string =>
  `BucketObjectLockConfiguration "vault-lock": it locks for ${days} days, and rule "${rule}" of BucketLifecycleConfiguration "vault-lifecycle" expires noncurrent versions after ${noncurrent}`;

describeStackRule(retentionLock, vaultAndReplica(), [
  {
    title: "refuses a lock that outlasts a rule",
    change: lockFor({ mode: "GOVERNANCE", days: 8 }),
    violations: [message(8, "wal-noncurrent", 7)],
  },
  {
    title: "refuses a rule that ends before the lock",
    change: withProps("vault-lifecycle", lifecycleProps({ models: 5 })),
    violations: [message(7, "models-noncurrent", 5)],
  },
  {
    title: "compares a bucket with its own rules alone",
    change: withProps("replica-lifecycle", lifecycleProps({ models: 5 })),
    violations: [message(7, "models-noncurrent", 5).replaceAll("vault-", "replica-")],
  },
  {
    title: "refuses days that the preview does not know",
    change: lockFor({ mode: "GOVERNANCE", days: unknown }),
    violations: [
      'BucketObjectLockConfiguration "vault-lock": rule.defaultRetention.days is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
    ],
  },
  { title: "has nothing to do without buckets", change: () => [], notApplicable: "the stack has no bucket" },
]);
