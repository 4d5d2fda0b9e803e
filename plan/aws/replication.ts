import { bucketArn } from "./arns";
import { policyText } from "./policyDocument";

/** One side of the replication. */
export interface ReplicationSide {
  bucket: string;
  region: string;
  keyArn: string;
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
 */
export function replicationPolicy(source: ReplicationSide, replica: ReplicationSide): string {
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
