import { s3Replicated } from "../../../policies/rules/s3Replicated";
import { describeStackRule } from "./describeRule";
import { bucketWithSafeguards, vaultAndReplica, without } from "./vaultSample";

const message = (name: string): string =>
  `Bucket "${name}": it has no BucketReplicationConfig, and is the destination of none`;

describeStackRule(s3Replicated, vaultAndReplica(), { required: true }, [
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
    title: "asks for nothing where it is configured so",
    change: without("replication"),
    config: { required: false },
    notApplicable: "replication is not required",
  },
  { title: "has nothing to do without buckets", change: () => [], notApplicable: "the stack has no bucket" },
]);
