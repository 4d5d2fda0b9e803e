const bucketRule = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const roleRule = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const accountRule = /^\d{12}$/;
const regionRule = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** ARN of a bucket. */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** ARN of a role without a path. */
export function roleArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not the name of a bucket that can have TLS under its own name
 */
export function checkBucketName(key: string, value: string): void {
  check(key, value, bucketRule, "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens");
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not the ARN of an IAM role
 */
export function checkRoleArn(key: string, value: string): void {
  check(key, value, roleRule, "must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass");
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not an AWS account
 */
export function checkAccount(key: string, value: string): void {
  check(key, value, accountRule, "must be an AWS account: 12 digits");
}

/**
 * @param key name of the argument, for the message
 * @throws Error when the text is not a region
 */
export function checkRegion(key: string, value: string): void {
  check(key, value, regionRule, "must be a region, as in eu-central-1");
}

function check(key: string, value: string, expression: RegExp, rule: string): void {
  if (!expression.test(value)) throw new Error(`${key} is "${value}": ${rule}`);
}
