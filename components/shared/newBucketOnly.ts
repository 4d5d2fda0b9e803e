import { AsyncResource } from "node:async_hooks";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Hook for the bucket of a vault that is to be created: it stops the preview and the `up` when the account has the bucket
 * already. S3 does not: in us-east-1 a second create of an own bucket answers "200 OK", and two stacks would then own one
 * bucket, and the backups in it. The hook runs before a create alone, so a further `up` of the same stack passes.
 * @param options with the provider that makes the bucket
 */
export function newBucketOnly(bucket: string, options: pulumi.InvokeOptions): pulumi.ResourceHook {
  // The engine calls back outside the program, where an inline program would not find its own engine again.
  const check = AsyncResource.bind(() => refuseExistingBucket(bucket, options));
  return new pulumi.ResourceHook(`new-bucket-only-${bucket}`, check, { onDryRun: true });
}

/**
 * @param options with the provider that would make the bucket
 * @throws Error when the account has a bucket of this name, in whatever region
 */
export async function refuseExistingBucket(bucket: string, options: pulumi.InvokeOptions): Promise<void> {
  const { buckets } = await aws.s3.getBuckets({ prefix: bucket }, options);
  const found = buckets.find(({ name }) => name === bucket);
  if (found !== undefined)
    throw new Error(
      `bucket ${bucket} exists already, in ${found.bucketRegion}: vaultMode "create" would take it away from the stack that owns it. ` +
        `If that stack's state is lost, set vaultMode to "adopt"; if this is a drill or a platform, only refer to it; otherwise choose another name.`,
    );
}
