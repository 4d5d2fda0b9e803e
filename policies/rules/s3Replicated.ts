import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { bucketsOf, isAttached, replicatesTo } from "../shared/buckets";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const defaults = { required: true };

/** The backups outlive their region. */
export const s3Replicated: StackValidationPolicy = {
  name: "s3-replicated",
  description: "Every bucket is replicated, or is the replica of one.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    required: { type: "boolean", description: "Whether buckets must be replicated." },
  }),
  tags: ["checkov:CKV_AWS_144", "aws-config:S3_BUCKET_REPLICATION_ENABLED"],
  remediationSteps: "Add a BucketReplicationConfig from the bucket to one in another region.",
  validateStack: checkStack(defaults, (resources, { required }, findings, args) => {
    if (!required) args.notApplicable("replication is not required");
    const buckets = bucketsOf(resources);
    if (buckets.length === 0) args.notApplicable("the stack has no bucket");
    const replications = resources.filter(({ type }) => type === awsTypes.replication);
    const takesPart = (bucket: PolicyResource): boolean =>
      replications.some(
        (replication) => isAttached(replication, bucket) || replicatesTo(replication, bucket),
      );
    for (const bucket of buckets)
      if (!takesPart(bucket))
        findings.problem(
          `${titleOf(bucket)}: it has no BucketReplicationConfig, and is the destination of none`,
          bucket.urn,
        );
  }),
};
