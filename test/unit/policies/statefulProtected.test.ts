import assert from "node:assert/strict";
import { statefulProtected } from "../../../policies/rules/statefulProtected";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { examineResource } from "./examine";

const types = [
  "aws:s3/bucket:Bucket",
  "aws:kms/key:Key",
  "aws:efs/fileSystem:FileSystem",
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "kubernetes:core/v1:PersistentVolumeClaim",
];
const good = { type: awsTypes.bucket, name: "vault", props: {}, protect: true };

describeResourceRule(statefulProtected, good, { types }, [
  {
    title: "refuses a bucket that takes its objects along",
    change: () => ({ forceDestroy: true }),
    violations: ['Bucket "vault": forceDestroy is true: a deletion would take the backups along'],
  },
  { title: "takes other types where they are configured", config: { types: ["aws:s3/bucket:Bucket"] } },
]);

describe("stateful-protected", () => {
  for (const type of types)
    it(`refuses ${type} without protect`, async () => {
      const { violations } = await examineResource(statefulProtected, { ...good, type, protect: false });
      assert.deepEqual(violations, [`${type.split(":")[2] ?? ""} "vault": protect is false, must be true`]);
    });
});
