import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkBucketName, checkRegion } from "../../plan/aws/arns";
import { checkReplica, replicationPolicy, replicationRules } from "../../plan/aws/replication";
import { serviceTrust } from "../../plan/aws/trustPolicies";
import type { EncryptedBucket } from "../../plan/aws/vault";
import type { BackupClass, BackupClassName } from "../../plan/backupClasses";

/** Arguments of {@link VaultReplication}. */
export interface VaultReplicationArgs {
  /** The vault's bucket. */
  vault: EncryptedBucket;
  /** Bucket in a second region, made before, with versions and a key of its own. */
  replica: EncryptedBucket & {
    /** Its ARN. */
    arn: pulumi.Input<string>;
  };
  /** Name of the bucket, known once the settings of the vault's bucket are made. */
  vaultBucket: pulumi.Input<string>;
  /** The table of the backup classes: each prefix has its rule. */
  classes: Record<BackupClassName, BackupClass>;
  /**
   * Replication Time Control: S3 promises, measures and reports that copies are there within 15 minutes. Costs extra.
   * @default false
   */
  timeControl?: boolean;
  /** Name of the role that S3 copies with. */
  roleName: string;
  /** Take over what has survived. @default false */
  adopt?: boolean;
  /** Protect the replication against `pulumi destroy`. */
  protectData: boolean;
}

/**
 * Copies the vault to its replica. Of deletions only those of pgBackRest's repository go along, as delete markers: what they hide stays
 * in the replica as noncurrent versions, longer than in the vault. What the janitor tags as superseded expires there by the
 * replica's own lifecycle.
 * What was in the vault before its replica is copied by a job of S3 Batch Replication, and by nothing else.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class VaultReplication extends pulumi.ComponentResource {
  constructor(name: string, args: VaultReplicationArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:VaultReplication", name, {}, options);
    const { vault, replica, roleName, protectData } = args;
    check(args);
    const imported = (id: string) => (args.adopt === true ? { import: id } : {});
    const kept = { parent: this, protect: protectData };
    const role = new aws.iam.Role(
      name,
      {
        name: roleName,
        description: "Copies the backups of LSTM-PFD to a second region",
        assumeRolePolicy: serviceTrust("s3.amazonaws.com"),
      },
      { ...kept, ...imported(roleName) },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      {
        name: "replication",
        role: role.name,
        policy: pulumi
          .all([vault.keyArn, replica.keyArn])
          .apply(([source, target]) =>
            replicationPolicy(
              { ...vault, keyArn: source },
              { ...replica, keyArn: target },
              args.classes.wal.prefix,
            ),
          ),
      },
      { ...kept, ...imported(`${roleName}:replication`) },
    );
    new aws.s3.BucketReplicationConfig(
      name,
      {
        bucket: args.vaultBucket,
        role: role.arn,
        rules: replicationRules(Object.values(args.classes), replica, args.timeControl ?? false),
      },
      { ...kept, dependsOn: policy, ...imported(vault.bucket) },
    );
    this.registerOutputs({});
  }
}

function check({ vault, replica }: VaultReplicationArgs): void {
  for (const [key, site] of Object.entries({ vault, replica })) {
    checkBucketName(`${key}.bucket`, site.bucket);
    checkRegion(`${key}.region`, site.region);
  }
  checkReplica((part) => `replica.${part}`, vault, replica);
}
