import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = {};

/** A bucket keeps every version of an object. */
export const s3Versioning: ResourceValidationPolicy = {
  name: "s3-versioning",
  description: "Versioning of a bucket is enabled, without MFA delete.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_AWS_21", "aws-config:S3_BUCKET_VERSIONING_ENABLED"],
  remediationSteps:
    'Set versioningConfiguration.status to "Enabled". Leave mfaDelete out: a bucket with it takes no lifecycle rules; Object Lock does its work.',
  validateResource: checkResources<Unwrap<s3.BucketVersioningArgs>, typeof defaults>(
    [awsTypes.versioning],
    defaults,
    ({ versioningConfiguration: { status, mfaDelete } }, _settings, findings) => {
      if (status !== "Enabled")
        findings.problem(`versioningConfiguration.status is ${shown(status)}, must be "Enabled"`);
      if (mfaDelete === "Enabled")
        findings.problem('versioningConfiguration.mfaDelete is "Enabled": lifecycle rules would not work');
    },
  ),
};
