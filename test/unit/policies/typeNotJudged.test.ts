import { typeNotJudged } from "../../../policies/rules/typeNotJudged";
import { describeStackRule } from "./describeRule";
import type { Sample } from "./examine";

const good: Sample[] = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:iam/role:Role",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:apps/v1:Deployment",
].map((type) => ({ type, name: "one", props: {} }));

describeStackRule(typeNotJudged, good, [
  ...[
    "aws-native:s3:Bucket",
    "aws-native:s3:BucketPolicy",
    "aws-native:kms:Key",
    "aws:s3/directoryBucket:DirectoryBucket",
    "kubernetes:batch/v1:CronJobPatch",
    "kubernetes:core/v1:SecretPatch",
    "kubernetes:batch/v1beta1:CronJob",
    "kubernetes:extensions/v1beta1:Deployment",
  ].map((type) => ({
    title: `tells of ${type}`,
    change: () => [...good, { type, name: "vault", props: {} }],
    violations: [
      `${type.slice(type.lastIndexOf(":") + 1)} "vault": no rule looks at ${type}: nothing of it was judged`,
    ],
  })),
  {
    title: "leaves alone what was looked at otherwise",
    change: () => [{ type: "aws-native:s3:Bucket", name: "vault", props: {} }],
    config: { exempt: ["vault"] },
  },
]);
