import { bucketPolicy } from "../../../plan/aws/bucketPolicy";
import { s3DenyDestruction } from "../../../policies/rules/s3DenyDestruction";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const ofObjects = [
  "s3:DeleteObjectVersion",
  "s3:BypassGovernanceRetention",
  "s3:PutObjectTagging",
  "s3:PutObjectVersionTagging",
];
const ofBucket = ["s3:PutLifecycleConfiguration", "s3:PutBucketVersioning"];
const actions = [...ofObjects, ...ofBucket];
const breakGlassRoleArn = "arn:aws:iam::123456789012:role/break-glass";
const janitorRoleArn = "arn:aws:iam::123456789012:role/janitor";
const props = { policy: bucketPolicy({ bucket: "vault", breakGlassRoleArn, janitorRoleArn }) };
const good = { type: awsTypes.policy, name: "vault", props };
const message = (action: string): string =>
  `BucketPolicy "vault": policy does not refuse ${action} on ${ofObjects.includes(action) ? "bucket/*" : "the bucket"} to everyone but named principals`;
const bucket = "arn:aws:s3:::vault";
const statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucket, `${bucket}/*`],
  Condition: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
};
const policyOf =
  (...changes: object[]) =>
  (): object => ({
    policy: JSON.stringify({ Statement: changes.map((change) => ({ ...statement, ...change })) }),
  });
const except = (operator: string, arn: unknown): object => ({
  Condition: { [operator]: { "aws:PrincipalArn": arn } },
});

describeResourceRule(s3DenyDestruction, good, [
  ...actions.map((action) => ({
    title: `refuses a policy without ${action}`,
    change: ({ policy }: { policy: string }) => ({ policy: policy.replace(action, "s3:GetObject") }),
    violations: [message(action)],
  })),
  {
    title: "accepts a replica, which has no janitor",
    change: () => ({ policy: bucketPolicy({ bucket: "vault", breakGlassRoleArn }) }),
  },
  { title: "takes a star", change: policyOf({}) },
  { title: "takes a refusal without exception", change: policyOf({ Condition: undefined }) },
  {
    title: "refuses an allowing statement",
    change: policyOf({ Effect: "Allow" }),
    violations: actions.map(message),
  },
  {
    title: "refuses an exception by anything else",
    change: policyOf({ Condition: { StringNotEquals: { "aws:PrincipalTag/team": "x" } } }),
    violations: actions.map(message),
  },
  { title: "takes every resource", change: policyOf({ Resource: "*" }) },
  {
    title: "refuses a refusal for the bucket alone",
    change: policyOf({ Resource: bucket }),
    violations: ofObjects.map(message),
  },
  {
    title: "refuses a refusal for the objects alone",
    change: policyOf({ Resource: [`${bucket}/*`] }),
    violations: ofBucket.map(message),
  },
  {
    title: "refuses a refusal for some objects",
    change: policyOf({ Resource: [bucket, `${bucket}/db/*`, `${bucket}/latest`] }),
    violations: ofObjects.map(message),
  },
  {
    title: "refuses a refusal without resource",
    change: policyOf({ Resource: undefined }),
    violations: actions.map(message),
  },
  {
    title: "refuses actions and resources that belong to different statements",
    change: policyOf({ Action: ofObjects, Resource: bucket }, { Action: ofBucket, Resource: `${bucket}/*` }),
    violations: actions.map(message),
  },
  ...["*", "?*", "arn:aws:iam::123456789012:*", "arn:aws:iam::123456789012:role/*"].map((arn) => ({
    title: `refuses an exception for ${arn}`,
    change: policyOf(except("ArnNotLike", arn)),
    violations: actions.map(message),
  })),
  ...["arn:aws:iam::*:role/break-glass", "arn:aws:iam::123456789012:role*", "${aws:PrincipalArn}"].map(
    (arn) => ({
      title: `refuses an exception for ${arn} beside a named one`,
      change: policyOf(except("StringNotLike", [breakGlassRoleArn, arn])),
      violations: actions.map(message),
    }),
  ),
  {
    title: "takes an exception for a role whose name ends in what its owner draws",
    change: policyOf(
      except("ArnNotLike", [
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BreakGlass_*",
        "arn:aws:iam::123456789012:root",
      ]),
    ),
  },
  {
    title: "refuses what is not a policy",
    change: () => ({ policy: "{" }),
    violations: actions.map(message),
  },
  { title: "says that the policy is unknown", change: () => ({ policy: unknown }), unknown: "policy" },
  ...["s3:PutObjectRetention", "s3:ReplicateDelete", "s3:ObjectOwnerOverrideToBucketOwner"].map((action) => ({
    title: `knows that ${action} acts on objects`,
    change: policyOf({ Resource: bucket }),
    config: { actions: [action] },
    violations: [
      `BucketPolicy "vault": policy does not refuse ${action} on bucket/* to everyone but named principals`,
    ],
  })),
  ...["s3:PutBucketObjectLockConfiguration", "s3:PutReplicationConfiguration", "s3:DeleteBucketPolicy"].map(
    (action) => ({
      title: `knows that ${action} acts on the bucket`,
      change: policyOf({ Resource: `${bucket}/*` }),
      config: { actions: [action] },
      violations: [
        `BucketPolicy "vault": policy does not refuse ${action} on the bucket to everyone but named principals`,
      ],
    }),
  ),
]);
