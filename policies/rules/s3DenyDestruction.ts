import type { s3 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { actsOnObjects, parsePolicy, refusesAction } from "../shared/bucketPolicy";
import { awsTypes } from "../shared/resourceTypes";
import { schemaOf, textList } from "../shared/settings";
import { checkResources } from "../shared/validation";

const defaults = {
  actions: [
    "s3:DeleteObjectVersion",
    "s3:BypassGovernanceRetention",
    // What is tagged as superseded expires.
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
  ],
};

/** Whoever gets hold of a role of the platform cannot destroy the backups with it. */
export const s3DenyDestruction: ResourceValidationPolicy = {
  name: "s3-deny-destruction",
  description:
    "The policy of a bucket refuses to everyone, but for named principals, what destroys versions or lets them be destroyed.",
  severity: "critical",
  enforcementLevel: "mandatory",
  configSchema: schemaOf(defaults, {
    actions: textList("Actions that must be refused."),
  }),
  remediationSteps:
    'Add a statement: Effect "Deny", Principal "*", the actions, Resource the bucket or bucket/* as the action wants, Condition ArnNotEquals aws:PrincipalArn the break-glass role.',
  validateResource: checkResources<Unwrap<s3.BucketPolicyArgs>, typeof defaults>(
    [awsTypes.policy],
    defaults,
    ({ policy }, { actions }, findings) => {
      const statements = parsePolicy(policy) ?? [];
      for (const action of actions)
        if (!refusesAction(statements, action))
          findings.problem(
            `policy does not refuse ${action} on ${actsOnObjects(action) ? "bucket/*" : "the bucket"} to everyone but named principals`,
          );
    },
  ),
};
