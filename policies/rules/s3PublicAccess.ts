import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = {};
const settingNames = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

/** A bucket cannot be made public. */
export const s3PublicAccess: ResourceValidationPolicy = {
  name: "s3-public-access",
  description: "All four settings of a bucket's public access block are on.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: [
    "checkov:CKV_AWS_53",
    "checkov:CKV_AWS_54",
    "checkov:CKV_AWS_55",
    "checkov:CKV_AWS_56",
    "aws-config:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
  ],
  remediationSteps: `Set ${settingNames.join(", ")} to true.`,
  validateResource: checkResources<Unwrap<s3.BucketPublicAccessBlockArgs>, typeof defaults>(
    [awsTypes.publicAccessBlock],
    defaults,
    (block, _settings, findings) => {
      for (const name of settingNames)
        findings.attempt(() => {
          if (block[name] !== true) findings.problem(`${name} is ${shown(block[name])}, must be true`);
        });
    },
  ),
};
