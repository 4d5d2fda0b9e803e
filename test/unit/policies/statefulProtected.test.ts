import assert from "node:assert/strict";
import { statefulProtected } from "../../../policies/rules/statefulProtected";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { examineResource } from "./examine";

const types = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:kms/key:Key",
  "aws:kms/alias:Alias",
  "aws:efs/fileSystem:FileSystem",
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "kubernetes:core/v1:PersistentVolumeClaim",
];
const good = { type: awsTypes.bucket, name: "vault", props: {}, protect: true };

describeResourceRule(statefulProtected, good, [
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

  it("refuses a single resource without protect where it is configured", async () => {
    const role = { type: "aws:iam/role:Role", name: "writer", props: {}, protect: false };
    const config = { resources: ["aws:iam/role:Role::writer"] };
    const { violations } = await examineResource(statefulProtected, role, config);
    assert.deepEqual(violations, ['Role "writer": protect is false, must be true']);
    const other = await examineResource(statefulProtected, { ...role, name: "other" }, config);
    assert.match(other.notApplicable ?? "", /^it is for /);
  });
});
