import { evidencePrefix, recoveryKitKey, vaultIdentityKey } from "../configObjects";
import { lineagePrefix, walPrefix } from "../repository";
import type { CopyingRole } from "./replication";
import { accountRoot, bucketArn } from "./arns";
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
  /** Role of another account that copies backups into this bucket. @default none does */
  copiedBy?: CopyingRole;
}

/** Beginning of the ids of the statements that let another account copy into the bucket. */
export const copyingStatements = "CopiedFromTheVaultsAccount";

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
 * tags. Records of the lineage, and the object that says which vault this is, are created, with the condition that says so, and never
 * hidden; so is evidence; the recovery kit is never hidden, and replaced on the condition that it is the one that was read. It grants nothing, but to the role that copies from another account: rights come from the roles. Conditions name roles by their ARN, so that a role that was made again
 * is the same role.
 */
export function bucketPolicy(plan: BucketPolicyPlan): string {
  const bucket = bucketArn(plan.bucket);
  const objects = `${bucket}/*`;
  const lineage = `${bucket}/${lineagePrefix}*`;
  const evidence = `${bucket}/${evidencePrefix}*`;
  const [identity, kit] = [`${bucket}/${vaultIdentityKey}`, `${bucket}/${recoveryKitKey}`];
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
      Sid: "EvidenceIsNeverHidden",
      Action: "s3:DeleteObject",
      Resource: evidence,
      Condition: everybodyElse,
    }),
    deny({
      Sid: "EvidenceIsCreatedOnce",
      Action: "s3:PutObject",
      Resource: evidence,
      Condition: { Null: { "s3:if-none-match": "true" } },
    }),
    deny({
      Sid: "VaultAndKitAreNeverHidden",
      Action: "s3:DeleteObject",
      Resource: [identity, kit],
      Condition: everybodyElse,
    }),
    deny({
      Sid: "VaultIsNamedOnce",
      Action: "s3:PutObject",
      Resource: identity,
      Condition: { Null: { "s3:if-none-match": "true" } },
    }),
    // Both keys must be absent for it to hold: who says neither writes over what somebody else has just written.
    deny({
      Sid: "KitIsReplacedAsItWasRead",
      Action: "s3:PutObject",
      Resource: kit,
      Condition: { Null: { "s3:if-match": "true", "s3:if-none-match": "true" } },
    }),
    deny({
      Sid: "TagsOnlyByNamedRoles",
      Action: marking,
      Resource: objects,
      Condition:
        janitorRoleArn === undefined ? everybodyElse : everybodyBut([breakGlassRoleArn, janitorRoleArn]),
    }),
    ...(plan.copiedBy === undefined ? [] : copying(bucket, plan.copiedBy)),
    deny({ Sid: "SettingsOnlyByBreakGlass", Action: settings, Resource: bucket, Condition: everybodyElse }),
  );
}

/**
 * What S3 needs to copy from another account. The owner of the bucket owns the copies, since it enforces that
 * ([source](https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html)), and deletions go along for
 * pgBackRest's repository alone.
 */
function copying(bucket: string, { account, roleArn }: CopyingRole): Statement[] {
  const allow = (name: string, Action: string[], Resource: string): Statement => ({
    Sid: `${copyingStatements}${name}`,
    Effect: "Allow",
    Principal: { AWS: accountRoot(account) },
    Action,
    Resource,
    Condition: { ArnEquals: { "aws:PrincipalArn": roleArn } },
  });
  return [
    allow("Objects", ["s3:ReplicateObject", "s3:ReplicateTags"], `${bucket}/*`),
    allow("Deletions", ["s3:ReplicateDelete"], `${bucket}/${walPrefix}*`),
    allow("Versioning", ["s3:GetBucketVersioning", "s3:ListBucket"], bucket),
  ];
}
