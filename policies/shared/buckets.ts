import type { PolicyResource } from "@pulumi/policy";
import { awsTypes } from "./resourceTypes";
import { isUnknownValue } from "./unknowns";

/** Buckets of the stack. */
export function bucketsOf(resources: readonly PolicyResource[]): PolicyResource[] {
  return resources.filter(({ type }) => type === awsTypes.bucket);
}

/**
 * Whether a side resource, such as a versioning configuration, is the bucket's: its `bucket` property was made from the bucket
 * or from another of its side resources, or has its name.
 */
export function isAttached(side: PolicyResource, bucket: PolicyResource): boolean {
  const origins = side.propertyDependencies["bucket"] ?? [];
  if (origins.some((origin) => origin.urn === bucket.urn || isAttached(origin, bucket))) return true;
  const name = bucketName(bucket);
  return name !== undefined && name === bucketName(side);
}

/** Whether a property of a resource was made from another resource. */
export function dependsOn(resource: PolicyResource, property: string, other: PolicyResource): boolean {
  return (resource.propertyDependencies[property] ?? []).some(({ urn }) => urn === other.urn);
}

/** Whether a replication copies to a bucket: its destination was made from the bucket, or is its ARN. */
export function replicatesTo(replication: PolicyResource, bucket: PolicyResource): boolean {
  if (dependsOn(replication, "rules", bucket)) return true;
  const name = bucketName(bucket);
  const rules = known(() => replication.props["rules"] as ReplicationRules) ?? [];
  return rules.some(
    (rule) => name !== undefined && known(() => rule.destination.bucket)?.endsWith(`:::${name}`) === true,
  );
}

type ReplicationRules = { destination: { bucket: string } }[];

/** Name of a bucket, or of a side resource's bucket; undefined while it is not known. */
export function bucketName({ props }: PolicyResource): string | undefined {
  return known(() => props["bucket"] as string | undefined);
}

function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknownValue(error)) return undefined;
    throw error;
  }
}
