import { lineagePrefix } from "../repository";
import { bucketArn } from "./arns";
import { policyText, type Statement } from "./policyDocument";

/** What a bucket's policy is made from. */
export interface BucketPolicyPlan {
  bucket: string;
  /** The one role that may remove versions, shorten locks and change the bucket's settings. */
  breakGlassRoleArn: string;
  /**
   * The role that marks backups as superseded.
   * @default none, as in a replica: S3 itself copies the marks there, by another right
   */
  janitorRoleArn?: string;
}

/** What destroys backups for good. */
const destructive = ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"];

/** What makes a good backup expire as superseded, or keeps a superseded one. */
const marking = [
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersionTagging",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionTagging",
];

/** Settings whose change would let backups be destroyed, read by others or not be copied. */
const settings = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
];

/**
 * Policy of a backup bucket: TLS 1.2 or newer only; nobody but the break-glass role destroys a version, bypasses a lock or
 * changes the settings, and nobody but that one and the janitor tags an object, which also means that nobody else adds one with
 * tags. Records of the lineage are created, with the condition that says so, and never hidden. It grants nothing: rights come from the roles. Conditions name roles by their ARN, so that a role that was made again
 * is the same role.
 */
export function bucketPolicy(plan: BucketPolicyPlan): string {
  const bucket = bucketArn(plan.bucket);
  const objects = `${bucket}/*`;
  const lineage = `${bucket}/${lineagePrefix}*`;
  const { breakGlassRoleArn, janitorRoleArn } = plan;
  const everybodyBut = (roleArns: string | string[]) => ({ ArnNotEquals: { "aws:PrincipalArn": roleArns } });
  const everybodyElse = everybodyBut(breakGlassRoleArn);
  const deny = (statement: Omit<Statement, "Effect" | "Principal">): Statement => ({
    ...statement,
    Effect: "Deny",
    Principal: "*",
  });
  return policyText(
    deny({
      Sid: "TlsOnly",
      Action: "s3:*",
      Resource: [bucket, objects],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    }),
    deny({
      Sid: "Tls12OrNewer",
      Action: "s3:*",
      Resource: [bucket, objects],
      Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } },
    }),
    deny({
      Sid: "VersionsOnlyByBreakGlass",
      Action: destructive,
      Resource: objects,
      Condition: everybodyElse,
    }),
    deny({
      Sid: "LineageIsNeverHidden",
      Action: "s3:DeleteObject",
      Resource: lineage,
      Condition: everybodyElse,
    }),
    // A record that is hidden counts as absent, and one that is there could be written over: each is created once.
    deny({
      Sid: "LineageIsCreatedOnce",
      Action: "s3:PutObject",
      Resource: lineage,
      Condition: { Null: { "s3:if-none-match": "true" } },
    }),
    deny({
      Sid: "TagsOnlyByNamedRoles",
      Action: marking,
      Resource: objects,
      Condition:
        janitorRoleArn === undefined ? everybodyElse : everybodyBut([breakGlassRoleArn, janitorRoleArn]),
    }),
    deny({ Sid: "SettingsOnlyByBreakGlass", Action: settings, Resource: bucket, Condition: everybodyElse }),
  );
}
