import type { StackValidationPolicy } from "@pulumi/policy";
import { bucketsOf, isAttached } from "../shared/buckets";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkStack, titleOf } from "../shared/validation";

const safeguards = {
  versioning: awsTypes.versioning,
  objectLock: awsTypes.objectLock,
  encryption: awsTypes.encryption,
  publicAccessBlock: awsTypes.publicAccessBlock,
  policy: awsTypes.policy,
  lifecycle: awsTypes.lifecycle,
} as const;

const defaults = { required: Object.keys(safeguards) };

/** A bucket has every resource that the rules on values look at: one that is not there cannot be wrong. */
export const s3Safeguards: StackValidationPolicy = {
  name: "s3-safeguards",
  description:
    "Every bucket has versioning, Object Lock, encryption, a public access block, a policy and a lifecycle configuration, each once.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    required: {
      type: "array",
      items: { type: "string", enum: Object.keys(safeguards) },
      description: "Safeguards that every bucket needs.",
    },
  }),
  tags: [
    "checkov:CKV_AWS_21",
    "checkov:CKV2_AWS_6",
    "checkov:CKV2_AWS_61",
    "aws-config:S3_BUCKET_VERSIONING_ENABLED",
    "aws-config:S3_BUCKET_DEFAULT_LOCK_ENABLED",
  ],
  remediationSteps: "Add the resource that the message names, with the bucket's id as its bucket.",
  validateStack: checkStack(defaults, (resources, { required }, findings, args) => {
    const buckets = bucketsOf(resources);
    if (buckets.length === 0) args.notApplicable("the stack has no bucket");
    const wanted = Object.entries(safeguards).filter(([name]) => required.includes(name));
    for (const bucket of buckets)
      for (const [, type] of wanted) {
        const found = resources.filter((side) => side.type === type && isAttached(side, bucket));
        const kind = type.slice(type.lastIndexOf(":") + 1);
        if (found.length === 0) findings.problem(`${titleOf(bucket)}: it has no ${kind}`, bucket.urn);
        if (found.length > 1)
          findings.problem(
            `${titleOf(bucket)}: it has ${found.length} ${kind} resources (${found.map(({ name }) => name).join(", ")}), which overwrite each other`,
            bucket.urn,
          );
      }
  }),
};
