import { s3Safeguards } from "../../../policies/rules/s3Safeguards";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeStackRule } from "./describeRule";
import { vaultAndReplica, without } from "./vaultSample";

const kinds: Record<string, string> = {
  versioning: "BucketVersioning",
  lock: "BucketObjectLockConfiguration",
  encryption: "BucketServerSideEncryptionConfiguration",
  access: "BucketPublicAccessBlock",
  policy: "BucketPolicy",
  lifecycle: "BucketLifecycleConfiguration",
};

describeStackRule(s3Safeguards, vaultAndReplica(), [
  ...Object.entries(kinds).map(([side, kind]) => ({
    title: `refuses a bucket without ${kind}`,
    change: without(`replica-${side}`),
    violations: [`Bucket "replica": it has no ${kind}`],
  })),
  {
    title: "asks only for what is configured",
    change: without("replica-access"),
    config: { required: ["versioning"] },
  },
  {
    title: "leaves exempt buckets alone",
    change: without("replica-access"),
    config: { exempt: ["replica"] },
  },
  {
    title: "joins by name where the name is known",
    change: () => [
      { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } },
      { type: awsTypes.versioning, name: "other", props: { bucket: "other" } },
    ],
    config: { required: ["versioning"] },
    violations: ['Bucket "vault": it has no BucketVersioning'],
  },
  {
    title: "accepts what is joined by name",
    change: () => [
      { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } },
      { type: awsTypes.versioning, name: "other", props: { bucket: "backups" } },
    ],
    config: { required: ["versioning"] },
  },
  {
    title: "refuses two that overwrite each other",
    change: (samples) => [
      ...samples,
      { type: awsTypes.lifecycle, name: "second", props: {}, dependencies: { bucket: ["vault"] } },
    ],
    violations: [
      'Bucket "vault": it has 2 BucketLifecycleConfiguration resources (vault-lifecycle, second), which overwrite each other',
    ],
  },
  { title: "has nothing to do without buckets", change: () => [], notApplicable: "the stack has no bucket" },
]);
