import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { CheckpointFileSystem } from "../../../../components/aws/checkpointFileSystem";
import { account } from "./accounts";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";

const fileSystem = "aws:efs/fileSystem:FileSystem";
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

function build() {
  return recordRegistrations(
    () => {
      new CheckpointFileSystem("checkpoints", {
        account,
        vpcId: "vpc-1",
        subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
        clusterSecurityGroupId: "sg-cluster",
        protectData: true,
      });
    },
    { "aws:kms/key:Key": ({ name }: pulumi.runtime.MockResourceArgs) => ({ arn: `arn of ${name}` }) },
  );
}

describe("CheckpointFileSystem", () => {
  it("is encrypted, protected and kept", async () => {
    const made = await build();
    assert.equal(only(made.resources, fileSystem, "checkpoints")["encrypted"], true);
    const { protect, retainOnDelete } = optionsOfOne(made, fileSystem, "checkpoints");
    assert.deepEqual([protect, retainOnDelete], [true, true]);
  });

  it("is encrypted by a key of its own, which is kept as long, and keeps the key that it was made with", async () => {
    const made = await build();
    assert.equal(only(made.resources, fileSystem, "checkpoints")["kmsKeyId"], "arn of checkpoints");
    assert.deepEqual(optionsOfOne(made, fileSystem, "checkpoints").ignoreChanges, ["kmsKeyId"]);
    const { protect, retainOnDelete } = optionsOfOne(made, "aws:kms/key:Key", "checkpoints");
    assert.deepEqual([protect, retainOnDelete], [true, true]);
  });

  it("can be mounted in every zone, by the nodes and nobody else", async () => {
    const { resources } = await build();
    assert.deepEqual(
      resources
        .filter(({ type }) => type === "aws:efs/mountTarget:MountTarget")
        .map(({ inputs }) => [inputs["subnetId"], inputs["securityGroups"]]),
      ["subnet-a", "subnet-b", "subnet-c"].map((subnet) => [subnet, ["checkpoints-id"]]),
    );
    assert.deepEqual(only(resources, rule, "checkpoints"), {
      securityGroupId: "checkpoints-id",
      description: "NFS from the nodes",
      referencedSecurityGroupId: "sg-cluster",
      ipProtocol: "tcp",
      fromPort: 2049,
      toPort: 2049,
    });
  });
});
