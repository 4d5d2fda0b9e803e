import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkBucketName, checkRegion, roleNamePrefixRule } from "../../plan/aws/arns";
import { rolePolicy } from "../../plan/aws/rolePolicies";
import { podIdentityTrust } from "../../plan/aws/trustPolicies";
import type { EncryptedBucket } from "../../plan/aws/vault";
import type { BackupClass, BackupClassName } from "../../plan/backupClasses";
import { type VaultRole, vaultRoleName, vaultRoles } from "../../plan/names";
import { check } from "../../plan/rule";

/** Arguments of {@link VaultRoles}. */
export interface VaultRolesArgs {
  /** The vault's bucket. */
  vault: EncryptedBucket;
  /** Its replica: read only, so that a lost region can be recovered from. @default none */
  replica?: EncryptedBucket;
  /** The table of the backup classes: each prefix is granted by itself. */
  classes: Record<BackupClassName, BackupClass>;
  /** Beginning of the roles' names; the role is `<prefix>-writer` and so on. */
  namePrefix: string;
  /** Kubernetes namespace of the pods that take on the roles. */
  namespace: string;
  /** Service accounts in it by role; see `backupServiceAccounts`. */
  serviceAccounts: Record<VaultRole, readonly string[]>;
  /** Take over roles that have survived. A vault from before there was one has no role for evidence, and gets it then. @default none */
  adopt?: readonly VaultRole[];
  /** Protect the roles against `pulumi destroy`. */
  protectData: boolean;
}

/**
 * The roles on the backups, for pods. They belong to the vault, so that a rebuilt cluster finds them, and trust no
 * cluster by name.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class VaultRoles extends pulumi.ComponentResource {
  /** ARNs by role. */
  readonly arns: Record<VaultRole, pulumi.Output<string>>;

  constructor(name: string, args: VaultRolesArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:VaultRoles", name, {}, options);
    checkArguments(args);
    this.arns = {
      writer: this.role(name, "writer", args),
      janitor: this.role(name, "janitor", args),
      reader: this.role(name, "reader", args),
      evidence: this.role(name, "evidence", args),
    };
    this.registerOutputs({ arns: this.arns });
  }

  private role(name: string, role: VaultRole, args: VaultRolesArgs): pulumi.Output<string> {
    const roleName = vaultRoleName(args.namePrefix, role);
    const imported = (id: string) => (args.adopt?.includes(role) === true ? { import: id } : {});
    const made = new aws.iam.Role(
      `${name}-${role}`,
      {
        name: roleName,
        description: `${role} of the backups of LSTM-PFD`,
        assumeRolePolicy: podIdentityTrust({
          namespace: args.namespace,
          serviceAccounts: args.serviceAccounts[role],
        }),
      },
      { parent: this, protect: args.protectData, ...imported(roleName) },
    );
    const buckets: [string, EncryptedBucket | undefined][] = [
      ["vault", args.vault],
      ["replica", role === "reader" ? args.replica : undefined],
    ];
    for (const [policy, bucket] of buckets)
      if (bucket !== undefined)
        new aws.iam.RolePolicy(
          `${name}-${role}-${policy}`,
          {
            name: policy,
            role: made.name,
            policy: pulumi
              .output(bucket.keyArn)
              .apply((keyArn) =>
                rolePolicy(role, { ...bucket, keyArn, classes: Object.values(args.classes) }),
              ),
          },
          { parent: this, ...imported(`${roleName}:${policy}`) },
        );
    return made.arn;
  }
}

function checkArguments({ vault, replica, namePrefix, serviceAccounts }: VaultRolesArgs): void {
  check(roleNamePrefixRule, "namePrefix", namePrefix);
  for (const [key, site] of Object.entries({ vault, replica })) {
    if (site === undefined) continue;
    checkBucketName(`${key}.bucket`, site.bucket);
    checkRegion(`${key}.region`, site.region);
  }
  for (const role of vaultRoles)
    if (serviceAccounts[role].length === 0)
      throw new Error(
        `serviceAccounts.${role} is empty: must name at least one, or no pod could take on the role`,
      );
}
