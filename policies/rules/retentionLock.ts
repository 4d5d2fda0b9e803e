import type { s3 } from "@pulumi/aws";
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { bucketsOf, isAttached } from "../shared/buckets";
import { enabledRules, type LifecycleConfiguration } from "../shared/lifecycle";
import { lockDays } from "../shared/lockDays";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const defaults = {};

/** A lock that outlasts a rule's expiry makes the rule say what it does not do. */
export const retentionLock: StackValidationPolicy = {
  name: "retention-lock",
  description:
    "The default lock of a bucket ends no later than its lifecycle rules expire noncurrent versions.",
  severity: "medium",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  remediationSteps:
    "Shorten the default retention of the lock, or lengthen noncurrentVersionExpiration: a locked version is billed until its lock ends.",
  validateStack: checkStack(defaults, (resources, _settings, findings, args) => {
    const buckets = bucketsOf(resources);
    if (buckets.length === 0) args.notApplicable("the stack has no bucket");
    for (const bucket of buckets) {
      const ofBucket = (type: string): PolicyResource[] =>
        resources.filter((side) => side.type === type && isAttached(side, bucket));
      for (const lock of ofBucket(awsTypes.objectLock))
        findings.attempt(() => {
          const { rule } = lock.props as Unwrap<s3.BucketObjectLockConfigurationArgs>;
          const days = lockDays(rule?.defaultRetention ?? {});
          for (const lifecycle of ofBucket(awsTypes.lifecycle))
            findings.attempt(() => {
              for (const { id, noncurrentVersionExpiration } of enabledRules(
                lifecycle.props as LifecycleConfiguration,
              )) {
                const noncurrent = noncurrentVersionExpiration?.noncurrentDays ?? Infinity;
                if (days > noncurrent)
                  findings.problem(
                    `${titleOf(lock)}: it locks for ${days} days, and rule "${id}" of ${titleOf(lifecycle)} expires noncurrent versions after ${noncurrent}`,
                    lock.urn,
                  );
              }
            }, lifecycle.urn);
        }, lock.urn);
    }
  }),
};
