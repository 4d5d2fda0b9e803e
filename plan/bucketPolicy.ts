import { policyText, type Statement } from "./aws/policyDocument";

/** What the policy of a bucket at an S3-compatible store is made from. */
export interface StorePolicyPlan {
  bucket: string;
  /** ARNs of those who work on the backups, as the store names them: they may not undo what keeps backups safe. */
  restricted: readonly string[];
}

/** What destroys backups for good, or changes what keeps them. Only names that S3-compatible stores know. */
const reserved = [
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:DeleteObjectVersion",
  "s3:PutBucketAcl",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutObjectLegalHold",
  "s3:PutObjectRetention",
];

/**
 * Policy of a backup bucket at an S3-compatible store: TLS only, and the working roles cannot undo what keeps the backups. It
 * names who is restricted: such stores do not know the condition that would name the one who is not, as on AWS.
 */
export function storePolicy({ bucket, restricted }: StorePolicyPlan): string {
  const resources = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const roles: Statement[] =
    restricted.length === 0
      ? []
      : [
          {
            Sid: "NoWorkingRoleUndoesTheVault",
            Effect: "Deny",
            Principal: { AWS: [...restricted] },
            Action: reserved,
            Resource: resources,
          },
        ];
  return policyText(
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: resources,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...roles,
  );
}
