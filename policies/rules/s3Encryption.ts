import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { algorithm: "aws:kms" };

/** A bucket encrypts with a key of its own, and asks for it seldom. */
export const s3Encryption: ResourceValidationPolicy = {
  name: "s3-encryption",
  description: "A bucket encrypts by default: with a named KMS key and a bucket key, or as configured.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    algorithm: {
      type: "string",
      enum: ["aws:kms", "aws:kms:dsse", "AES256"],
      description: "Algorithm that must be in force. AES256 is for object stores without KMS.",
    },
  }),
  tags: ["checkov:CKV_AWS_145", "aws-config:S3_DEFAULT_ENCRYPTION_KMS"],
  remediationSteps:
    "Set rules[].applyServerSideEncryptionByDefault with the algorithm and the ARN of the vault's own key, and bucketKeyEnabled.",
  validateResource: checkResources<Unwrap<s3.BucketServerSideEncryptionConfigurationArgs>, typeof defaults>(
    [awsTypes.encryption],
    defaults,
    ({ rules }, { algorithm }, findings) => {
      if (rules.length === 0) findings.problem("rules is empty: there is no default encryption");
      for (const rule of rules)
        findings.attempt(() => {
          const inForce = rule.applyServerSideEncryptionByDefault?.sseAlgorithm;
          if (inForce !== algorithm)
            findings.problem(`sseAlgorithm is ${shown(inForce)}, must be ${shown(algorithm)}`);
          if (algorithm === "AES256") return;
          if (algorithm === "aws:kms" && rule.bucketKeyEnabled !== true)
            findings.problem(
              `bucketKeyEnabled is ${shown(rule.bucketKeyEnabled)}, must be true: every object would cost a request to KMS`,
            );
          if ((rule.applyServerSideEncryptionByDefault?.kmsMasterKeyId ?? "") === "")
            findings.problem(
              "kmsMasterKeyId is not set: with the account's own key no other account or region can read the backups",
            );
        });
    },
  ),
};
