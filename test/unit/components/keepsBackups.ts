import assert from "node:assert/strict";
import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { lifecycleRules } from "../../../plan/lifecycle";
import { only, type Recorded } from "./recordResources";

/** The default classes of backups. */
export const classes = backupClasses(defaultRetentionDays);

/** Types of a bucket that keeps backups, and of its settings, wherever it is. */
export const bucketTypes = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
];

/**
 * Asserts that the bucket `vault` versions, locks as long as the shortest class, encrypts by this rule, and derives its rules
 * from the table of classes.
 */
export function assertKeepsBackups(resources: readonly Recorded[], encryption: object): void {
  const inputs = (type: string) => only(resources, type, "vault");
  assert.deepEqual(inputs("aws:s3/bucket:Bucket"), {
    bucket: "lstm-pfd-backups",
    objectLockEnabled: true,
    forceDestroy: false,
  });
  assert.deepEqual(inputs("aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration"], {
    status: "Enabled",
  });
  assert.deepEqual(inputs("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")["rule"], {
    defaultRetention: { mode: "GOVERNANCE", days: 7 },
  });
  assert.deepEqual(
    inputs("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")["rules"],
    [encryption],
  );
  assert.deepEqual(
    inputs("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"],
    lifecycleRules(Object.values(classes)),
  );
}
