import type { BackupClass } from "../backupClasses";
import { type LifecycleRule, lifecycleRules, secondChanceDays } from "../lifecycle";
import { type BucketPolicyPlan, bucketPolicy } from "./bucketPolicy";
import type { DefaultLock } from "./objectLock";
import type { PolicyDocument, Statement } from "./policyDocument";
import type { ReplicationRule } from "./replication";
import type { Settings } from "./settingsDifferences";

/** What the settings of a backup bucket at AWS are made from. */
export interface BucketSettingsPlan extends BucketPolicyPlan {
  classes: readonly BackupClass[];
  lock: DefaultLock;
  /** Whether what is deleted stays as a second chance: in a replica, and in a vault that was one. @default false */
  secondChance?: boolean;
}

/** Settings of a backup bucket, but for its key and its replication, in the shapes that `aws.s3` takes. */
export interface BucketSettings {
  versioning: { status: "Enabled" };
  publicAccessBlock: Record<
    "blockPublicAcls" | "blockPublicPolicy" | "ignorePublicAcls" | "restrictPublicBuckets",
    true
  >;
  ownership: { objectOwnership: "BucketOwnerEnforced" };
  /** Retention that each new version gets. */
  retention: { mode: "GOVERNANCE" | "COMPLIANCE"; days: number };
  lifecycle: LifecycleRule[];
  /** As JSON. */
  policy: string;
}

/** Settings that a backup bucket is given, and that one which is taken over is compared with. */
export function bucketSettings(plan: BucketSettingsPlan): BucketSettings {
  return {
    versioning: { status: "Enabled" },
    publicAccessBlock: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownership: { objectOwnership: "BucketOwnerEnforced" },
    retention: { mode: plan.lock.mode === "governance" ? "GOVERNANCE" : "COMPLIANCE", days: plan.lock.days },
    lifecycle: lifecycleRules(plan.classes, plan.secondChance === true ? secondChanceDays : 0),
    policy: bucketPolicy(plan),
  };
}

/**
 * Encryption of a backup bucket, in the shape that `aws.s3` takes. Nobody writes what only a key of his own opens: S3 says so of every
 * bucket made since April 2026, and would be told otherwise by a program that does not.
 */
export function bucketEncryption<Arn>(keyArn: Arn) {
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    blockedEncryptionTypes: ["SSE-C"],
    bucketKeyEnabled: true,
  };
}

/** Replication of a bucket, in the shape that `aws.s3` takes. */
export interface ReplicationSettings {
  role: string;
  rules: readonly ReplicationRule<string>[];
}

/** Settings of a bucket that is copied nowhere, by the names that differences are shown under. */
export function namedSettings(settings: BucketSettings, keyArn: string): Settings {
  return new Map<string, unknown>([
    ["versioning", settings.versioning.status],
    ["public access block", settings.publicAccessBlock],
    ["object ownership", settings.ownership.objectOwnership],
    ["default retention of Object Lock", settings.retention],
    ["encryption", bucketEncryption(keyArn)],
    ...namedRules("lifecycle", settings.lifecycle),
    ...namedStatements((JSON.parse(settings.policy) as PolicyDocument).Statement),
  ]);
}

/** Rules by their ids. @param kind word that stands before the id */
export function namedRules(
  kind: "lifecycle" | "replication",
  rules: readonly { id?: string | undefined }[],
): [string, unknown][] {
  return rules.map(({ id = "without id", ...rule }) => [`${kind} rule ${id}`, rule]);
}

/** Statements of a bucket's policy by their ids. */
export function namedStatements(statements: readonly Statement[]): [string, unknown][] {
  return statements.map(({ Sid, ...statement }, index) => [
    `policy statement ${(Sid as string | undefined) ?? `${index + 1}, without id`}`,
    statement,
  ]);
}

/** Role and rules of a replication. */
export function namedReplication({ role, rules }: ReplicationSettings): [string, unknown][] {
  return [["replication role", role], ...namedRules("replication", rules)];
}
