import { s3TlsOnly } from "../../../policies/rules/s3TlsOnly";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::vault", "arn:aws:s3:::vault/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policyWith = (change: object): object => ({
  bucket: "vault",
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...change }] }),
});
const good = { type: awsTypes.policy, name: "vault", props: policyWith({}) };
const violations = [
  'BucketPolicy "vault": policy has no statement that denies s3:* to everyone on the bucket and its objects when aws:SecureTransport is false',
];

describeResourceRule(s3TlsOnly, good, [
  { title: "refuses an allowing statement", change: () => policyWith({ Effect: "Allow" }), violations },
  {
    title: "refuses a refusal for some",
    change: () => policyWith({ Principal: { AWS: "arn:aws:iam::1:role/x" } }),
    violations,
  },
  {
    title: "refuses a refusal of some actions",
    change: () => policyWith({ Action: "s3:PutObject" }),
    violations,
  },
  {
    title: "refuses a refusal for the objects alone",
    change: () => policyWith({ Resource: "arn:aws:s3:::vault/*" }),
    violations,
  },
  {
    title: "refuses a refusal that a second condition narrows",
    change: () =>
      policyWith({
        Condition: { ...statement.Condition, StringEquals: { "aws:PrincipalTag/team": "x" } },
      }),
    violations,
  },
  { title: "refuses a refusal without condition", change: () => policyWith({ Condition: {} }), violations },
  { title: "takes everyone as AWS principal", change: () => policyWith({ Principal: { AWS: "*" } }) },
  {
    title: "takes one statement that is no list, and a policy that is no text",
    change: () => ({ policy: { Statement: statement } }),
  },
  {
    title: "refuses what is not JSON",
    change: () => ({ policy: "nonsense" }),
    violations: ['BucketPolicy "vault": policy is not a policy document in JSON'],
  },
  { title: "says that the policy is unknown", change: () => ({ policy: unknown }), unknown: "policy" },
]);
