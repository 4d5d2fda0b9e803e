import { check, pattern, type Rule } from "../rule";

/** What S3 keeps for names of its own: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html. */
const reservedBeginnings = ["xn--", "sthree-", "amzn-s3-demo-"];
const reservedEndings = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3", ".mrap", "-an"];

/** Name of a bucket that can have TLS under its own name, which no name with a dot can. */
export const bucketNameRule: Rule = {
  says:
    "must be a bucket name: 3 to 63 lower-case letters, digits and hyphens, and none that AWS reserves " +
    `(${[...reservedBeginnings.map((each) => `${each}…`), ...reservedEndings.map((each) => `…${each}`)].join(", ")})`,
  example: "example-backups",
  holds: (name) =>
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name) &&
    !reservedBeginnings.some((each) => name.startsWith(each)) &&
    !reservedEndings.some((each) => name.endsWith(each)),
};

/** ARN of an IAM role. */
export const roleArnRule = pattern(
  /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  "must be the ARN of a role, as in arn:aws:iam::123456789012:role/break-glass",
  "arn:aws:iam::123456789012:role/break-glass",
);

/** AWS account. */
export const accountRule = pattern(/^\d{12}$/, "must be an AWS account: 12 digits", "123456789012");

/**
 * AWS region of the partition `aws`, by the expression that the AWS SDKs have for it. All policies name that partition, and
 * endpoints its domain: in GovCloud, China and the sovereign cloud both are others.
 */
export const regionRule = pattern(
  /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d{1,2}$/,
  "must be a region of the partition aws (none of us-gov-…, cn-… or eusc-…), as in eu-central-1",
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

/** How a policy names an account as a whole; a condition then names the role, which need not be there yet. */
export function accountRoot(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

/** Account in the ARN of a role; undefined where it is none. */
export function accountOfRole(arn: string): string | undefined {
  return /^arn:aws:iam::(\d{12}):role\//.exec(arn)?.[1];
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
