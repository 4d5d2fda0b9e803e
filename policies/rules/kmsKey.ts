import type { kms } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { shown } from "../shared/shown";
import { checkResources } from "../shared/validation";

const defaults = { minimumDeletionDays: 30 };
const defaultDeletionDays = 30;

/** A key is rotated, and its deletion can be taken back for as long as AWS allows. */
export const kmsKey: ResourceValidationPolicy = {
  name: "kms-key",
  description:
    "A KMS key is enabled, rotates, and waits before it is deleted: with the key the backups are lost.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    minimumDeletionDays: {
      type: "integer",
      minimum: 7,
      maximum: 30,
      description: "Days that a deletion must wait at the least.",
    },
  }),
  tags: ["checkov:CKV_AWS_7", "aws-config:CMK_BACKING_KEY_ROTATION_ENABLED"],
  remediationSteps: "Set enableKeyRotation to true and deletionWindowInDays to 30.",
  validateResource: checkResources<Unwrap<kms.KeyArgs>, typeof defaults>(
    [awsTypes.key],
    defaults,
    (key, { minimumDeletionDays }, findings) => {
      findings.attempt(() => {
        if (key.isEnabled === false) findings.problem("isEnabled is false: nothing under it can be read");
      });
      findings.attempt(() => {
        if (key.enableKeyRotation !== true)
          findings.problem(`enableKeyRotation is ${shown(key.enableKeyRotation)}, must be true`);
      });
      findings.attempt(() => {
        const days = key.deletionWindowInDays ?? defaultDeletionDays;
        if (days < minimumDeletionDays)
          findings.problem(`deletionWindowInDays is ${days}, must be at least ${minimumDeletionDays}`);
      });
    },
  ),
};
