import assert from "node:assert/strict";
import { CheckpointFileSystem } from "../../../../components/aws/checkpointFileSystem";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";

const fileSystem = "aws:efs/fileSystem:FileSystem";
const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

function build() {
  return recordRegistrations(() => {
    new CheckpointFileSystem("checkpoints", {
      vpcId: "vpc-1",
      subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      clusterSecurityGroupId: "sg-cluster",
      protectData: true,
    });
  });
}

describe("CheckpointFileSystem", () => {
  it("is encrypted, protected and kept", async () => {
    const made = await build();
    assert.equal(only(made.resources, fileSystem, "checkpoints")["encrypted"], true);
    const { protect, retainOnDelete } = optionsOfOne(made, fileSystem, "checkpoints");
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
      referencedSecurityGroupId: "sg-cluster",
      ipProtocol: "tcp",
      fromPort: 2049,
      toPort: 2049,
    });
  });
});
