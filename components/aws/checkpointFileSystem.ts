import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkAccount } from "../../plan/aws/arns";
import { platformKeyPolicy } from "../../plan/aws/keyPolicy";

/** Arguments of {@link CheckpointFileSystem}. */
export interface CheckpointFileSystemArgs {
  /** AWS account that owns the file system's key, 12 digits. */
  account: string;
  vpcId: pulumi.Input<string>;
  /** Private subnets, one of each zone. */
  subnetIds: pulumi.Input<string>[];
  /** Security group of the nodes; nobody else reaches the file system. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** Protect the file system against `pulumi destroy`, and keep it when it leaves the program. */
  protectData: boolean;
}

/**
 * File system of the model checkpoints, which pods on several nodes and in several zones mount at the same time. It is made
 * while the control plane is: only the rule that lets nodes in waits for the cluster. It is encrypted by a key of its own.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class CheckpointFileSystem extends pulumi.ComponentResource {
  readonly fileSystemId: pulumi.Output<string>;

  constructor(name: string, args: CheckpointFileSystemArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:CheckpointFileSystem", name, {}, options);
    const { account, vpcId, clusterSecurityGroupId, protectData } = args;
    checkAccount("account", account);
    const tags = { Name: name };
    const kept = { parent: this, protect: protectData, retainOnDelete: protectData };
    const key = new aws.kms.Key(
      name,
      {
        description: "Model checkpoints of LSTM-PFD",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: platformKeyPolicy(account),
      },
      kept,
    );
    const fileSystem = new aws.efs.FileSystem(
      name,
      { encrypted: true, kmsKeyId: key.arn, throughputMode: "elastic", tags },
      // One that is there keeps the key that it was made with: for another one it would be replaced, and its data with it.
      { ...kept, ignoreChanges: ["kmsKeyId"] },
    );
    const group = new aws.ec2.SecurityGroup(
      name,
      { vpcId, description: "NFS from the nodes to the checkpoints", tags },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        securityGroupId: group.id,
        description: "NFS from the nodes",
        referencedSecurityGroupId: clusterSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
      },
      { parent: this },
    );
    const targets = args.subnetIds.map(
      (subnetId, index) =>
        new aws.efs.MountTarget(
          `${name}-${index}`,
          { fileSystemId: fileSystem.id, subnetId, securityGroups: [group.id] },
          { parent: this },
        ),
    );
    // A volume can be mounted where there is a mount target: whoever asks for the id waits for all of them.
    this.fileSystemId = pulumi
      .all([fileSystem.id, pulumi.all(targets.map(({ id }) => id))])
      .apply(([fileSystemId]) => fileSystemId);
    this.registerOutputs({ fileSystemId: this.fileSystemId });
  }
}
