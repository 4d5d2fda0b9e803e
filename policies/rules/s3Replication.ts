import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { defaultPrefixes } from "../shared/backupClasses";
import { awsTypes } from "../shared/resourceTypes";
import { covers, scopeOf } from "../shared/scope";
import { schemaOf, textList } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { encrypted: true, prefixes: defaultPrefixes, deletions: ["wal/"] };
type ReplicationArgs = Unwrap<s3.BucketReplicationConfigArgs>;

/** Replication takes every class of backup, the encrypted objects included, and no deletions but those that keep a repository bounded. */
export const s3Replication: ResourceValidationPolicy = {
  name: "s3-replication",
  description:
    "Replication rules are enabled, cover every prefix of a class, take KMS-encrypted objects with a key of the other region, and take deletions along only where a program expires its own repository.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    encrypted: { type: "boolean", description: "Whether the objects are encrypted with KMS." },
    prefixes: textList("Key prefixes that must be replicated, all that is beneath them."),
    deletions: textList(
      "Key prefixes that nothing but pgBackRest expires: a rule for one of them, and no other rule, must replicate delete markers.",
    ),
  }),
  tags: ["checkov:CKV_AWS_144", "aws-config:S3_BUCKET_REPLICATION_ENABLED"],
  remediationSteps:
    "Set status Enabled, sourceSelectionCriteria.sseKmsEncryptedObjects Enabled with destination.encryptionConfiguration.replicaKmsKeyId, and deleteMarkerReplication Disabled, but Enabled for a pgBackRest repository. Give each class a rule on its prefix, or one rule without a filter.",
  validateResource: checkResources<ReplicationArgs, typeof defaults>(
    [awsTypes.replication],
    defaults,
    ({ rules }, { encrypted, prefixes, deletions }, findings) => {
      if (rules.length === 0) {
        findings.problem("rules is empty: nothing is replicated");
        return;
      }
      for (const prefix of prefixes)
        findings.attempt(() => {
          if (!rules.some((rule) => rule.status === "Enabled" && covers(rule, prefix)))
            findings.problem(`no enabled rule replicates all of "${prefix}"`);
        });
      for (const rule of rules) {
        const title = `rule ${shown(rule.id)}`;
        findings.attempt(() => {
          if (rule.status !== "Enabled")
            findings.problem(`${title} has status ${shown(rule.status)}, must be "Enabled"`);
        });
        findings.attempt(() => {
          const along = rule.deleteMarkerReplication?.status === "Enabled";
          const repository = deletions.find((prefix) => scopeOf(rule).prefix.startsWith(prefix));
          if (along && repository === undefined)
            findings.problem(
              `${title} replicates delete markers: a deletion would hide the replica's backups too`,
            );
          if (!along && repository !== undefined)
            findings.problem(
              `${title} replicates no delete markers of "${repository}": what pgBackRest expires would stay in the replica for ever`,
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
