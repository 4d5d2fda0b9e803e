import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { parsePolicy, refusesPlainHttp } from "../shared/bucketPolicy";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = {};

/** Nobody reaches a bucket without TLS. */
export const s3TlsOnly: ResourceValidationPolicy = {
  name: "s3-tls-only",
  description: "The policy of a bucket refuses everything that does not come over TLS.",
  severity: "high",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {}),
  tags: ["checkov:CKV_AWS_379", "aws-config:S3_BUCKET_SSL_REQUESTS_ONLY"],
  remediationSteps:
    'Add a statement: Effect "Deny", Principal "*", Action "s3:*", Resource the bucket and bucket/*, Condition Bool aws:SecureTransport "false".',
  validateResource: checkResources<Unwrap<s3.BucketPolicyArgs>, typeof defaults>(
    [awsTypes.policy],
    defaults,
    ({ policy }, _settings, findings) => {
      const statements = parsePolicy(policy);
      if (statements === undefined) findings.problem("policy is not a policy document in JSON");
      else if (!statements.some(refusesPlainHttp))
        findings.problem(
          "policy has no statement that denies s3:* to everyone on the bucket and its objects when aws:SecureTransport is false",
        );
    },
  ),
};
