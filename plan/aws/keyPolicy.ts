import { accountRoot } from "./arns";
import type { CopyingRole } from "./replication";
import { policyText, type Statement } from "./policyDocument";

/** What a key's policy is made from. */
export interface KeyPolicyPlan {
  account: string;
  /** The one role that may disable or delete the key, or change this policy. */
  breakGlassRoleArn: string;
  /** Role of another account that copies backups into this one, and the region of the bucket. @default none does */
  copiedBy?: CopyingRole & { region: string };
}

/** What makes every backup unreadable, at once or after the deletion window. */
const destructive = [
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
];

/**
 * Policy of the vault's key: IAM decides who uses it, the break-glass role alone can take it away. KMS refuses such a policy
 * from anyone who could not change it afterwards: the break-glass role makes the vault.
 */
export function keyPolicy({ account, breakGlassRoleArn, copiedBy }: KeyPolicyPlan): string {
  const copies: Statement[] =
    copiedBy === undefined
      ? []
      : [
          {
            Sid: "EncryptedByTheCopyingRole",
            Effect: "Allow",
            Principal: { AWS: accountRoot(copiedBy.account) },
            Action: ["kms:Encrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: {
              ArnEquals: { "aws:PrincipalArn": copiedBy.roleArn },
              StringEquals: { "kms:ViaService": `s3.${copiedBy.region}.amazonaws.com` },
            },
          },
        ];
  return policyText(iamDecides(account), ...copies, {
    Sid: "DestroyedOnlyByBreakGlass",
    Effect: "Deny",
    Principal: "*",
    Action: destructive,
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
  });
}

/** Policy of a key of the platform: IAM decides who uses it, as for a key without a policy. */
export function platformKeyPolicy(account: string): string {
  return policyText(iamDecides(account));
}

/**
 * Policy of the key of the log groups: CloudWatch Logs encrypts by its own name, and for log groups of this account and region
 * alone ([source](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html)). The example there also
 * has `kms:Describe*`, which such a condition can never let pass.
 */
export function logKeyPolicy({ account, region }: { account: string; region: string }): string {
  return policyText(iamDecides(account), {
    Sid: "LogGroupsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` },
    },
  });
}

function iamDecides(account: string): Statement {
  return {
    Sid: "IamDecides",
    Effect: "Allow",
    Principal: { AWS: accountRoot(account) },
    Action: "kms:*",
    Resource: "*",
  };
}
