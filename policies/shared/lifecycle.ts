import type { s3 } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";

/** Arguments of a lifecycle configuration. */
export type LifecycleConfiguration = Unwrap<s3.BucketLifecycleConfigurationArgs>;
/** One of its rules. */
export type LifecycleRule = NonNullable<LifecycleConfiguration["rules"]>[number];

/** Rules that are in force. */
export function enabledRules({ rules }: LifecycleConfiguration): LifecycleRule[] {
  return (rules ?? []).filter(({ status }) => status === "Enabled");
}

/** The rule's expiry of current versions as text, as in `expiration.days 30`; undefined when it has none. */
export function currentExpiry({ expiration }: LifecycleRule): string | undefined {
  if (expiration?.date !== undefined) return `expiration.date ${expiration.date}`;
  return expiration?.days === undefined || expiration.days === 0
    ? undefined
    : `expiration.days ${expiration.days}`;
}
