import { s3Replicated } from "../../../policies/rules/s3Replicated";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeStackRule } from "./describeRule";
import { bucketWithSafeguards, vaultAndReplica, without } from "./vaultSample";

const message = (name: string): string =>
  `Bucket "${name}": it has no BucketReplicationConfig, and is the destination of none`;

describeStackRule(s3Replicated, vaultAndReplica(), [
  {
    title: "refuses buckets without replication",
    change: without("replication"),
    violations: [message("vault"), message("replica")],
  },
  {
    title: "refuses one bucket that is left out",
    change: (samples) => [...samples, ...bucketWithSafeguards("other")],
    violations: [message("other")],
  },
  {
    title: "joins by name and ARN where they are known",
    change: () => [
      { type: awsTypes.bucket, name: "vault", props: { bucket: "backups" } },
      { type: awsTypes.bucket, name: "replica", props: { bucket: "backups-replica" } },
      { type: awsTypes.bucket, name: "other", props: { bucket: "replica" } },
      {
        type: awsTypes.replication,
        name: "replication",
        props: { bucket: "backups", rules: [{ destination: { bucket: "arn:aws:s3:::backups-replica" } }] },
      },
    ],
    violations: [message("other")],
  },
  {
    title: "asks for nothing where it is configured so",
    change: without("replication"),
    config: { required: false },
    notApplicable: "replication is not required",
  },
  { title: "has nothing to do without buckets", change: () => [], notApplicable: "the stack has no bucket" },
]);
