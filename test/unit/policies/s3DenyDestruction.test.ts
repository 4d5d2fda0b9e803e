import { bucketPolicy } from "../../../plan/aws/bucketPolicy";
import { s3DenyDestruction } from "../../../policies/rules/s3DenyDestruction";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const actions = [
  "s3:DeleteObjectVersion",
  "s3:BypassGovernanceRetention",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketVersioning",
];
const breakGlassRoleArn = "arn:aws:iam::123456789012:role/break-glass";
const props = { policy: bucketPolicy({ bucket: "vault", breakGlassRoleArn }) };
const good = { type: awsTypes.policy, name: "vault", props };
const message = (action: string): string =>
  `BucketPolicy "vault": policy does not refuse ${action} to everyone but named principals`;
const statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
};
const policyWith = (change: object) => (): object => ({
  policy: JSON.stringify({ Statement: [{ ...statement, ...change }] }),
});

describeResourceRule(s3DenyDestruction, good, { actions }, [
  ...actions.map((action) => ({
    title: `refuses a policy without ${action}`,
    change: ({ policy }: { policy: string }) => ({ policy: policy.replace(action, "s3:GetObject") }),
    violations: [message(action)],
  })),
  { title: "takes a star", change: policyWith({}) },
  { title: "takes a refusal without exception", change: policyWith({ Condition: undefined }) },
  {
    title: "refuses an allowing statement",
    change: policyWith({ Effect: "Allow" }),
    violations: actions.map(message),
  },
  {
    title: "refuses an exception by anything else",
    change: policyWith({ Condition: { StringNotEquals: { "aws:PrincipalTag/team": "x" } } }),
    violations: actions.map(message),
  },
  {
    title: "refuses what is not a policy",
    change: () => ({ policy: "{" }),
    violations: actions.map(message),
  },
  { title: "says that the policy is unknown", change: () => ({ policy: unknown }), unknown: "policy" },
]);
