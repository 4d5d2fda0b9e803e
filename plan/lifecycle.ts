import type { BackupClass } from "./backupClasses";

/** One lifecycle rule, in the shape that `aws.s3.BucketLifecycleConfiguration` takes. */
export interface LifecycleRule {
  id: string;
  status: "Enabled";
  filter: { prefix?: string; and?: { prefix: string; tags: Record<string, string> } };
  expiration?: { days?: number; expiredObjectDeleteMarker?: boolean };
  noncurrentVersionExpiration?: { noncurrentDays: number };
  abortIncompleteMultipartUpload?: { daysAfterInitiation: number };
}

/** Tag that a janitor puts on a backup once a newer committed one has replaced it. */
export const supersededTag = { superseded: "true" };

/**
 * What the mark becomes on a backup that counts again, because the newer one is gone: no rule expires it. Another value instead of no tag takes
 * no further right.
 */
export const notSupersededTag = { superseded: "false" };

const abortUploadsAfterDays = 7;

/** Days that a replica at least keeps what was deleted: time to notice that it should not have been. */
export const secondChanceDays = 30;

/**
 * Lifecycle rules of the backup bucket. Age alone expires nothing that is current: a rule goes on when backups have stopped,
 * and would then delete the last good one. Only what is tagged as superseded expires; the pgBackRest prefix has no
 * expiration of current versions at all. Evidence is no backup, and what is old proves nothing: it alone expires by age.
 * @param keptAtLeast days that noncurrent versions stay however short their class is kept; see {@link secondChanceDays}
 */
export function lifecycleRules(classes: readonly BackupClass[], keptAtLeast = 0): LifecycleRule[] {
  return classes.flatMap((backupClass) => [
    ...(backupClass.name === "wal" ? [] : [expiryRule(backupClass)]),
    noncurrentRule(backupClass, keptAtLeast),
    deleteMarkerRule(backupClass),
  ]);
}

function expiryRule(backupClass: BackupClass): LifecycleRule {
  return backupClass.name === "evidence" ? ageRule(backupClass) : supersededRule(backupClass);
}

function ageRule({ name, prefix, retentionDays }: BackupClass): LifecycleRule {
  return {
    id: `${name}-age`,
    status: "Enabled",
    filter: { prefix },
    expiration: { days: retentionDays },
  };
}

function supersededRule({ name, prefix, retentionDays }: BackupClass): LifecycleRule {
  return {
    id: `${name}-superseded`,
    status: "Enabled",
    filter: { and: { prefix, tags: supersededTag } },
    expiration: { days: retentionDays },
  };
}

function noncurrentRule({ name, prefix, retentionDays }: BackupClass, keptAtLeast: number): LifecycleRule {
  return {
    id: `${name}-noncurrent`,
    status: "Enabled",
    filter: { prefix },
    noncurrentVersionExpiration: { noncurrentDays: Math.max(retentionDays, keptAtLeast) },
    abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadsAfterDays },
  };
}

// S3 refuses this in one rule with a number of days.
function deleteMarkerRule({ name, prefix }: BackupClass): LifecycleRule {
  return {
    id: `${name}-delete-markers`,
    status: "Enabled",
    filter: { prefix },
    expiration: { expiredObjectDeleteMarker: true },
  };
}
