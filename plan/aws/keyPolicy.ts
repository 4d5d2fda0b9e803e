import { policyText } from "./policyDocument";

/** What a key's policy is made from. */
export interface KeyPolicyPlan {
  account: string;
  /** The one role that may disable or delete the key, or change this policy. */
  breakGlassRoleArn: string;
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
export function keyPolicy({ account, breakGlassRoleArn }: KeyPolicyPlan): string {
  return policyText(
    {
      Sid: "IamDecides",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "DestroyedOnlyByBreakGlass",
      Effect: "Deny",
      Principal: "*",
      Action: destructive,
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
    },
  );
}
