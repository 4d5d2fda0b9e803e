import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { podIdentityTrust } from "../../plan/aws/trustPolicies";

/** Arguments of {@link ClusterAddons}. */
export interface ClusterAddonsArgs {
  /** Name of a cluster in Auto Mode. */
  clusterName: pulumi.Input<string>;
  /** What a pod needs to run: the add-ons wait for it, the driver's role does not. */
  podsNeed: pulumi.Resource[];
  /** Versions by add-on, to hold one back. @default what EKS has as the default for the cluster's version */
  versions?: Partial<Record<AddonName, string>>;
}

/** Add-ons that Auto Mode does not bring: shared file systems, and metrics for autoscaling. */
export type AddonName = "aws-efs-csi-driver" | "metrics-server";

const driverServiceAccount = "efs-csi-controller-sa";

/**
 * The two add-ons that the platform needs beside Auto Mode. Its nodes come when a pod asks for one, so an add-on cannot wait
 * for a node in vain. Wait for the driver, not for the whole: metrics must not be what a recovery waits for.
 */
export class ClusterAddons extends pulumi.ComponentResource {
  /** Driver of shared file systems. */
  readonly fileSystemDriver: pulumi.Resource;

  constructor(name: string, args: ClusterAddonsArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:ClusterAddons", name, {}, options);
    const role = new aws.iam.Role(
      `${name}-efs`,
      {
        assumeRolePolicy: podIdentityTrust({
          namespace: "kube-system",
          serviceAccounts: [driverServiceAccount],
        }),
      },
      { parent: this },
    );
    const attachment = new aws.iam.RolePolicyAttachment(
      `${name}-efs`,
      {
        role: role.name,
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy",
      },
      { parent: this },
    );
    this.fileSystemDriver = this.addon(name, "aws-efs-csi-driver", args, {
      podIdentityAssociations: [{ roleArn: role.arn, serviceAccount: driverServiceAccount }],
      dependsOn: [attachment],
      // A recovery cannot go on without it: it ends with a message sooner than after the default of 20 minutes.
      createTimeout: "10m",
    });
    // Once something fails the engine begins nothing more: this must not fail while a recovery is under way.
    this.addon(name, "metrics-server", args, { dependsOn: [], createTimeout: "45m" });
    this.registerOutputs({});
  }

  private addon(
    name: string,
    addonName: AddonName,
    { clusterName, podsNeed, versions = {} }: ClusterAddonsArgs,
    {
      dependsOn,
      createTimeout,
      ...more
    }: Pick<aws.eks.AddonArgs, "podIdentityAssociations"> & {
      dependsOn: pulumi.Resource[];
      createTimeout: string;
    },
  ): pulumi.Resource {
    const addonVersion = versions[addonName];
    return new aws.eks.Addon(
      `${name}-${addonName}`,
      {
        clusterName,
        addonName,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(addonVersion === undefined ? {} : { addonVersion }),
        ...more,
      },
      { parent: this, dependsOn: [...podsNeed, ...dependsOn], customTimeouts: { create: createTimeout } },
    );
  }
}
