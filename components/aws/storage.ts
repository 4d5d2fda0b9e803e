import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { names } from "../../plan/names";

/** Arguments of {@link Storage}. */
export interface StorageArgs {
  /** File system of the checkpoints. */
  fileSystemId: pulumi.Input<string>;
  /** What a shared volume needs: its driver, and whatever lets nodes reach the file system. Volumes for one pod need none of it. */
  sharedVolumesNeed: pulumi.Resource[];
  /** User and group that the checkpoints belong to, as in the application's image. @default 1000 */
  checkpointsOwner?: number;
  /** Keep a volume when its claim is deleted. */
  protectData: boolean;
}

/** The two StorageClasses. Auto Mode makes none, and one that was made for another driver would not bind. */
export class Storage extends pulumi.ComponentResource {
  /** What a volume for one pod needs, the database's above all. */
  readonly block: k8s.storage.v1.StorageClass;

  constructor(name: string, args: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:Storage", name, {}, options);
    const { fileSystemId, sharedVolumesNeed, checkpointsOwner = 1000, protectData } = args;
    const reclaimPolicy = protectData ? "Retain" : "Delete";
    this.block = new k8s.storage.v1.StorageClass(
      `${name}-block`,
      {
        metadata: {
          name: names.blockStorageClass,
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: "ebs.csi.eks.amazonaws.com",
        parameters: { type: "gp3", encrypted: "true" },
        // The volume is made in the zone of its pod.
        volumeBindingMode: "WaitForFirstConsumer",
        allowedTopologies: [
          { matchLabelExpressions: [{ key: "eks.amazonaws.com/compute-type", values: ["auto"] }] },
        ],
        allowVolumeExpansion: true,
        reclaimPolicy,
      },
      { parent: this },
    );
    new k8s.storage.v1.StorageClass(
      `${name}-shared`,
      {
        metadata: { name: names.sharedStorageClass },
        provisioner: "efs.csi.aws.com",
        parameters: {
          provisioningMode: "efs-ap",
          fileSystemId,
          directoryPerms: "700",
          uid: String(checkpointsOwner),
          gid: String(checkpointsOwner),
        },
        volumeBindingMode: "Immediate",
        reclaimPolicy,
      },
      { parent: this, dependsOn: sharedVolumesNeed },
    );
    this.registerOutputs({});
  }
}
