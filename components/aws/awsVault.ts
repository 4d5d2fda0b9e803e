import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { roleArn } from "../../plan/aws/arns";
import type { DefaultLock } from "../../plan/aws/objectLock";
import type { BackupClass, BackupClassName } from "../../plan/backupClasses";
import { BackupBucket } from "./backupBucket";
import { VaultKey } from "./vaultKey";
import { VaultReplication } from "./vaultReplication";
import { VaultRoles } from "./vaultRoles";
import { checkKeyId, type EncryptedBucket, type VaultMode } from "../../plan/aws/vault";
import { backupServiceAccounts, type RepositoryRole, vaultRoleName } from "../../plan/names";

/** One bucket of the vault: itself, or its replica. */
export interface VaultSite {
  region: string;
  bucket: string;
  /** Id of the surviving key, where the bucket is taken over. @default none */
  keyId?: string;
}

/** Arguments of {@link awsVault}. */
export interface AwsVaultArgs {
  /** AWS account, 12 digits. Credentials of another one are refused. */
  account: string;
  /**
   * Make a vault; take over one whose stack's state is lost; or make one out of what was the replica of a lost one, with new
   * roles and a new replica.
   */
  mode: VaultMode;
  /** The vault's own bucket. */
  vault: VaultSite;
  /** Its copy in a second region. */
  replica: VaultSite;
  /** The table of the backup classes. */
  classes: Record<BackupClassName, BackupClass>;
  /** Lock of every new version. @default governance, as long as the class that is kept shortest */
  lock?: DefaultLock;
  /** Whether S3 promises and reports copies within 15 minutes. */
  replicationTimeControl: boolean;
  /** The one role that may undo what keeps the backups, and that runs this program. */
  breakGlassRoleArn: string;
  /** Beginning of the names of the roles. */
  roleNamePrefix: string;
  /** Kubernetes namespace of the pods that take on the roles. */
  namespace: string;
  /** Protect everything that holds data, and keep it when it leaves the program. */
  protectData: boolean;
}

/**
 * The vault on AWS: two buckets in two regions with a key each, the replication between them, and the roles for the pods.
 * @throws Error when an argument breaks its rule
 */
export function awsVault(args: AwsVaultArgs): {
  bucket: pulumi.Output<string>;
  replicaBucket: pulumi.Output<string>;
  roleArns: Record<RepositoryRole, pulumi.Output<string>>;
} {
  const { classes, mode, namespace, protectData, roleNamePrefix } = args;
  const adopt = mode === "adopt";
  const janitorRoleArn = roleArn(args.account, vaultRoleName(roleNamePrefix, "janitor"));
  const vault = vaultSite("vault", args.vault, mode, { ...args, janitorRoleArn });
  const replica = vaultSite("replica", args.replica, adopt ? "adopt" : "create", args);
  const inVault = { provider: vault.provider };

  new VaultReplication(
    "replication",
    {
      vault: vault.location,
      vaultBucket: vault.bucket.bucket,
      replica: { ...replica.location, arn: replica.bucket.arn },
      classes,
      timeControl: args.replicationTimeControl,
      roleName: `${roleNamePrefix}-replication`,
      adopt,
      protectData,
    },
    { ...inVault, dependsOn: replica.bucket },
  );
  const roles = new VaultRoles(
    "roles",
    {
      vault: vault.location,
      replica: replica.location,
      classes,
      namePrefix: roleNamePrefix,
      namespace,
      serviceAccounts: backupServiceAccounts,
      adopt,
      protectData,
    },
    inVault,
  );
  return { bucket: vault.bucket.bucket, replicaBucket: replica.bucket.bucket, roleArns: roles.arns };
}

function vaultSite(
  name: "vault" | "replica",
  { region, bucket, keyId }: VaultSite,
  siteMode: VaultMode,
  args: AwsVaultArgs & { janitorRoleArn?: string },
): { provider: aws.Provider; bucket: BackupBucket; location: EncryptedBucket } {
  const { account, breakGlassRoleArn, classes, janitorRoleArn, lock, mode, protectData, roleNamePrefix } =
    args;
  checkKeyId(`${name}.keyId`, keyId ?? "", mode, name);
  // No tags by default: they would come back from a surviving vault as a difference, and stop its adoption.
  const provider = new aws.Provider(name, { region: region as aws.Region, allowedAccountIds: [account] });
  const key = new VaultKey(
    name,
    {
      account,
      alias: `${roleNamePrefix}-${name}`,
      breakGlassRoleArn,
      protectData,
      ...(keyId === undefined ? {} : { adoptKeyId: keyId, adoptAlias: mode === "adopt" }),
    },
    { provider },
  );
  const made = new BackupBucket(
    name,
    {
      bucket,
      mode: siteMode,
      keyArn: key.arn,
      classes,
      breakGlassRoleArn,
      protectData,
      ...(lock === undefined ? {} : { lock }),
      ...(janitorRoleArn === undefined ? {} : { janitorRoleArn }),
    },
    { provider },
  );
  return { provider, bucket: made, location: { bucket, region, keyArn: key.arn } };
}
