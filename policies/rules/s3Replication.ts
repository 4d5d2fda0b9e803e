import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { encrypted: true };
type ReplicationArgs = Unwrap<s3.BucketReplicationConfigArgs>;

/** Replication takes everything there is, the encrypted objects included, and no deletions. */
export const s3Replication: ResourceValidationPolicy = {
  name: "s3-replication",
  description:
    "Replication rules are enabled, take KMS-encrypted objects with a key of the other region, and take no deletions along.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    encrypted: { type: "boolean", description: "Whether the objects are encrypted with KMS." },
  }),
  tags: ["checkov:CKV_AWS_144", "aws-config:S3_BUCKET_REPLICATION_ENABLED"],
  remediationSteps:
    "Set status Enabled, sourceSelectionCriteria.sseKmsEncryptedObjects Enabled with destination.encryptionConfiguration.replicaKmsKeyId, and deleteMarkerReplication Disabled.",
  validateResource: checkResources<ReplicationArgs, typeof defaults>(
    [awsTypes.replication],
    defaults,
    ({ rules }, { encrypted }, findings) => {
      if (rules.length === 0) findings.problem("rules is empty: nothing is replicated");
      for (const rule of rules) {
        const title = `rule ${shown(rule.id)}`;
        findings.attempt(() => {
          if (rule.status !== "Enabled")
            findings.problem(`${title} has status ${shown(rule.status)}, must be "Enabled"`);
        });
        findings.attempt(() => {
          if (rule.deleteMarkerReplication?.status === "Enabled")
            findings.problem(
              `${title} replicates delete markers: a deletion would hide the replica's backups too`,
            );
        });
        if (encrypted)
          findings.attempt(() => {
            const selected = rule.sourceSelectionCriteria?.sseKmsEncryptedObjects?.status;
            if (selected !== "Enabled")
              findings.problem(
                `${title} has sseKmsEncryptedObjects ${shown(selected)}, must be "Enabled": encrypted objects would be left out`,
              );
            if ((rule.destination.encryptionConfiguration?.replicaKmsKeyId ?? "") === "")
              findings.problem(`${title} has no replicaKmsKeyId: the replica needs a key of its own region`);
          });
      }
    },
  ),
};
