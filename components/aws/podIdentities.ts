import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type ByVaultRole, type VaultRole, vaultRoles } from "../../plan/names";

/** Arguments of {@link PodIdentities}. */
export interface PodIdentitiesArgs {
  clusterName: pulumi.Input<string>;
  /** Kubernetes namespace of the service accounts, as the vault's roles trust it. */
  namespace: string;
  /** Service accounts by role, as the vault's roles trust them; see `backupServiceAccounts`. */
  serviceAccounts: Record<VaultRole, readonly string[]>;
  /** ARNs of the vault's roles; pods of one that is not there get none. */
  roleArns: ByVaultRole<pulumi.Input<string>>;
}

/**
 * Gives the pods of each service account the vault's role that it is for. Pods get it when they start: make this before
 * them. The service accounts need not be there yet.
 */
export class PodIdentities extends pulumi.ComponentResource {
  constructor(name: string, args: PodIdentitiesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:PodIdentities", name, {}, options);
    const { clusterName, namespace, serviceAccounts, roleArns } = args;
    const all = vaultRoles.flatMap((role) => serviceAccounts[role]);
    if (new Set(all).size !== all.length)
      throw new Error(
        `serviceAccounts is "${all.join(",")}": must name each account once, because a pod has one role`,
      );
    for (const role of vaultRoles) {
      const roleArn = roleArns[role];
      if (roleArn === undefined) continue;
      for (const serviceAccount of serviceAccounts[role])
        new aws.eks.PodIdentityAssociation(
          `${name}-${serviceAccount}`,
          { clusterName, namespace, serviceAccount, roleArn },
          { parent: this },
        );
    }
    this.registerOutputs({});
  }
}
