import type { BackupClass } from "../backupClasses";
import { bucketArn } from "./arns";
import { policyText } from "./policyDocument";

/** One side of the replication. */
export interface ReplicationSide {
  bucket: string;
  region: string;
  keyArn: string;
}

/** The role with which S3 copies a vault into another account. */
export interface CopyingRole {
  /** The vault's account. */
  account: string;
  roleArn: string;
}

/**
 * @param key names of the replica's two arguments, for the message
 * @throws Error when one disaster would take both
 */
export function checkReplica(
  key: (part: "region" | "bucket") => string,
  vault: Pick<ReplicationSide, "bucket" | "region">,
  replica: Pick<ReplicationSide, "bucket" | "region">,
): void {
  if (replica.region === vault.region)
    throw new Error(
      `${key("region")} is "${replica.region}": must be another region than the vault's, or one disaster takes both`,
    );
  if (replica.bucket === vault.bucket)
    throw new Error(`${key("bucket")} is "${replica.bucket}": must be another bucket than the vault's`);
}

/**
 * Policy of the role with which S3 copies the vault to its replica. It has no `s3:InitiateReplication`: to copy what was there
 * before the replica takes a job of S3 Batch Replication, and AWS wants that right in the job's own role, which
 * `batchoperations.s3.amazonaws.com` takes on.
 * @param repositoryPrefix prefix of pgBackRest's repository, the only one whose deletions go along
 */
export function replicationPolicy(
  source: ReplicationSide,
  replica: ReplicationSide,
  repositoryPrefix: string,
): string {
  return policyText(
    {
      Sid: "ReadSettings",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: bucketArn(source.bucket),
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectLegalHold",
        "s3:GetObjectRetention",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
      ],
      Resource: `${bucketArn(source.bucket)}/*`,
    },
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: `${bucketArn(replica.bucket)}/*`,
    },
    {
      // It makes delete markers, and takes no version away.
      Sid: "HideExpiredBackups",
      Effect: "Allow",
      Action: "s3:ReplicateDelete",
      Resource: `${bucketArn(replica.bucket)}/${repositoryPrefix}*`,
    },
    {
      Sid: "Decrypt",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: source.keyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${source.region}.amazonaws.com` } },
    },
    {
      Sid: "Encrypt",
      Effect: "Allow",
      Action: ["kms:Encrypt", "kms:GenerateDataKey"],
      Resource: replica.keyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${replica.region}.amazonaws.com` } },
    },
  );
}

/** One replication rule, in the shape that `aws.s3.BucketReplicationConfig` takes. */
export interface ReplicationRule<Arn> {
  id: string;
  priority: number;
  status: "Enabled";
  filter: { prefix: string };
  deleteMarkerReplication: { status: "Enabled" | "Disabled" };
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } };
  destination: {
    bucket: Arn;
    encryptionConfiguration: { replicaKmsKeyId: Arn };
    replicationTime?: { status: "Enabled"; time: { minutes: 15 } };
    metrics?: { status: "Enabled"; eventThreshold: { minutes: 15 } };
  };
}

/**
 * A rule for each class, by which S3 copies the vault to its replica. No deletion goes along, but for those that pgBackRest makes in
 * its repository: the replica would otherwise keep every base backup for ever. There they hide a file, which stays as a
 * noncurrent version for `secondChanceDays` at least.
 * @param replica ARNs of its bucket and its key
 * @param timeControl whether S3 promises and reports copies within 15 minutes
 */
export function replicationRules<Arn>(
  classes: readonly BackupClass[],
  replica: { arn: Arn; keyArn: Arn },
  timeControl: boolean,
): ReplicationRule<Arn>[] {
  return classes.map(({ name, prefix }, priority) => ({
    id: name,
    priority,
    status: "Enabled",
    filter: { prefix },
    deleteMarkerReplication: { status: name === "wal" ? "Enabled" : "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: replica.arn,
      encryptionConfiguration: { replicaKmsKeyId: replica.keyArn },
      ...(timeControl
        ? {
            replicationTime: { status: "Enabled", time: { minutes: 15 } },
            metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
          }
        : {}),
    },
  }));
}
