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
  return beforeCreate(`new-bucket-only-${bucket}`, () => refuseExistingBucket(bucket, options));
}

/**
 * Hook for the secrets of a vault that is to be created: it stops the preview and the `up` when the bucket is there, and the stack
 * has none of its secrets. So does a vault that was adopted, and whose stack then says "create" again. The bucket must be made
 * after the secrets: an `up` that dies between them would otherwise be refused for ever.
 * @param options with the provider that makes the bucket
 */
export function newSecretsOnly(bucket: string, options: pulumi.InvokeOptions): pulumi.ResourceHook {
  return beforeCreate(`new-secrets-only-${bucket}`, () => refuseNewSecrets(bucket, options));
}

function beforeCreate(name: string, check: () => Promise<void>): pulumi.ResourceHook {
  // The engine calls back outside the program, where an inline program would not find its own engine again.
  return new pulumi.ResourceHook(name, AsyncResource.bind(check), { onDryRun: true });
}

/**
 * @param options with the provider that would make the bucket
 * @throws Error when the account has a bucket of this name, in whatever region
 */
export async function refuseExistingBucket(bucket: string, options: pulumi.InvokeOptions): Promise<void> {
  const found = await find(bucket, options);
  if (found !== undefined)
    throw new Error(
      `bucket ${bucket} exists already, in ${found.bucketRegion}: vaultMode "create" would take it away from the stack that owns it. ` +
        `If that stack's state is lost, set vaultMode to "adopt", and recoveryKit to the path of its kit; if this is a drill or a platform, only refer to it; otherwise choose another name.`,
    );
}

/**
 * @param options with the provider that would make the bucket
 * @throws Error when the account has a bucket of this name, in whatever region
 */
export async function refuseNewSecrets(bucket: string, options: pulumi.InvokeOptions): Promise<void> {
  const found = await find(bucket, options);
  if (found !== undefined)
    throw new Error(
      `bucket ${bucket} exists already, in ${found.bucketRegion}, and this stack has no secrets of it: new ones would open none of its backups. ` +
        `Set vaultMode to "adopt", and recoveryKit to the path of the kit of this vault; a vault that was adopted or promoted keeps its mode.`,
    );
}

async function find(bucket: string, options: pulumi.InvokeOptions) {
  const { buckets } = await aws.s3.getBuckets({ prefix: bucket }, options);
  return buckets.find(({ name }) => name === bucket);
}
