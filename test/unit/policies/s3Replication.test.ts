import { s3Replication } from "../../../policies/rules/s3Replication";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const rule = {
  id: "all",
  status: "Enabled",
  deleteMarkerReplication: { status: "Disabled" },
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
  destination: {
    bucket: unknown,
    encryptionConfiguration: { replicaKmsKeyId: "arn:aws:kms:eu-west-1:1:key/2" },
  },
};
const good = { type: awsTypes.replication, name: "vault", props: { rules: [rule] } };
const title = 'BucketReplicationConfig "vault"';
const ruleWith = (change: object) => (): object => ({ rules: [{ ...rule, ...change }] });

describeResourceRule(s3Replication, good, { encrypted: true }, [
  {
    title: "refuses no rule",
    change: () => ({ rules: [] }),
    violations: [`${title}: rules is empty: nothing is replicated`],
  },
  {
    title: "refuses a rule that is off",
    change: ruleWith({ status: "Disabled" }),
    violations: [`${title}: rule "all" has status "Disabled", must be "Enabled"`],
  },
  {
    title: "refuses to replicate deletions",
    change: ruleWith({ deleteMarkerReplication: { status: "Enabled" } }),
    violations: [
      `${title}: rule "all" replicates delete markers: a deletion would hide the replica's backups too`,
    ],
  },
  {
    title: "refuses to leave encrypted objects out",
    change: ruleWith({ sourceSelectionCriteria: undefined }),
    violations: [
      `${title}: rule "all" has sseKmsEncryptedObjects not set, must be "Enabled": encrypted objects would be left out`,
    ],
  },
  {
    title: "refuses a replica without a key",
    change: ruleWith({ destination: { bucket: unknown } }),
    violations: [`${title}: rule "all" has no replicaKmsKeyId: the replica needs a key of its own region`],
  },
  {
    title: "asks for no key where nothing is encrypted with KMS",
    change: ruleWith({ destination: { bucket: unknown }, sourceSelectionCriteria: undefined }),
    config: { encrypted: false },
  },
  {
    title: "looks at the rest when the key is unknown",
    change: ruleWith({
      status: "Disabled",
      destination: { encryptionConfiguration: { replicaKmsKeyId: unknown } },
    }),
    violations: [`${title}: rule "all" has status "Disabled", must be "Enabled"`],
    unknown: "rules.0.destination.encryptionConfiguration.replicaKmsKeyId",
  },
]);
