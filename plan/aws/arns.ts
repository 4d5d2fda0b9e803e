import { check, pattern } from "../rule";

/** Name of a bucket that can have TLS under its own name. */
export const bucketNameRule = pattern(
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens",
  "example-backups",
);

/** ARN of an IAM role. */
export const roleArnRule = pattern(
  /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  "must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass",
  "arn:aws:iam::123456789012:role/break-glass",
);

/** AWS account. */
export const accountRule = pattern(/^\d{12}$/, "must be an AWS account: 12 digits", "123456789012");

/** AWS region. */
export const regionRule = pattern(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  "must be a region, as in eu-central-1",
  "eu-central-1",
);

/** Beginning of the names of the vault's roles; what follows must fit into the 64 characters of IAM. */
export const roleNamePrefixRule = pattern(
  /^[a-z][a-z0-9-]{0,40}$/,
  "must start with a letter and hold at most 41 lower-case letters, digits and hyphens",
  "lstm-pfd-backup",
);

/** ARN of a bucket. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** ARN of a role without a path. */
export function roleArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** ARN of a KMS key. @param id of the key, no alias */
export function keyArn(account: string, region: string, id: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not the name of a bucket that can have TLS under its own name
 */
export function checkBucketName(key: string, value: string): void {
  check(bucketNameRule, key, value);
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not the ARN of an IAM role
 */
export function checkRoleArn(key: string, value: string): void {
  check(roleArnRule, key, value);
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not an AWS account
 */
export function checkAccount(key: string, value: string): void {
  check(accountRule, key, value);
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not a region
 */
export function checkRegion(key: string, value: string): void {
  check(regionRule, key, value);
}
