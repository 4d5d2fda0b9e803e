import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { podIdentityTrust } from "../../plan/aws/trustPolicies";

/** Arguments of {@link ClusterAddons}. */
export interface ClusterAddonsArgs {
  /** Name of a cluster in Auto Mode. */
  clusterName: pulumi.Input<string>;
  /** Versions by add-on, to hold one back. @default what EKS has as the default for the cluster's version */
  versions?: Partial<Record<AddonName, string>>;
}

/** Add-ons that Auto Mode does not bring: shared file systems, and metrics for autoscaling. */
export type AddonName = "aws-efs-csi-driver" | "metrics-server";

const driverServiceAccount = "efs-csi-controller-sa";

/**
 * The two add-ons that the platform needs beside Auto Mode. Its nodes come when a pod asks for one, so an add-on cannot wait
 * for a node in vain; an add-on that is not up within ten minutes fails with a message instead of after the default of twenty.
 */
export class ClusterAddons extends pulumi.ComponentResource {
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
    this.addon(name, "aws-efs-csi-driver", args, {
      podIdentityAssociations: [{ roleArn: role.arn, serviceAccount: driverServiceAccount }],
      dependsOn: [attachment],
    });
    this.addon(name, "metrics-server", args, { dependsOn: [] });
    this.registerOutputs({});
  }

  private addon(
    name: string,
    addonName: AddonName,
    { clusterName, versions = {} }: ClusterAddonsArgs,
    {
      dependsOn,
      ...more
    }: Pick<aws.eks.AddonArgs, "podIdentityAssociations"> & { dependsOn: pulumi.Resource[] },
  ): void {
    const addonVersion = versions[addonName];
    new aws.eks.Addon(
      `${name}-${addonName}`,
      {
        clusterName,
        addonName,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(addonVersion === undefined ? {} : { addonVersion }),
        ...more,
      },
      { parent: this, dependsOn, customTimeouts: { create: "10m" } },
    );
  }
}
