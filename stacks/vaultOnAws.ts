import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { BackupBucket } from "../components/aws/backupBucket";
import { VaultKey } from "../components/aws/vaultKey";
import { VaultReplication } from "../components/aws/vaultReplication";
import { VaultRoles } from "../components/aws/vaultRoles";
import { RecoverySecrets } from "../components/recoverySecrets";
import { adoptedAsItIs } from "../components/shared/adoptedAsItIs";
import { newSecretsOnly } from "../components/shared/newBucketOnly";
import type { Config } from "../config/config";
import { roleArn } from "../plan/aws/arns";
import type { DefaultLock } from "../plan/aws/objectLock";
import { checkKeyId, type EncryptedBucket, type VaultMode } from "../plan/aws/vault";
import type { BackupClass, BackupClassName } from "../plan/backupClasses";
import {
  backupServiceAccounts,
  replicationRoleName,
  repositoryRoles,
  type VaultRole,
  vaultRoleName,
  vaultRoles,
} from "../plan/names";
import type { BackupsLocation } from "./vaultAtStore";

/** The vault at AWS of the configuration, and the secrets of its kit, which one that is taken over has already. */
export function vaultOnAws(config: Config): { location: BackupsLocation; secrets: RecoverySecrets } {
  const { account, roleNamePrefix, vault } = config.aws;
  const { region, keyId, replica, mode, lock, replicationTimeControl, breakGlassRoleArn } = vault;
  const provider = regionalProvider("vault", region, account);
  const { protectData, repositoryCipherPass, dbPassword, jwtSecret, secretKey } = config;
  const secrets = new RecoverySecrets(
    "recovery",
    mode === "create"
      ? { protectData, beforeDraw: [newSecretsOnly(config.bucket, { provider })] }
      : { protectData, given: { repositoryCipherPass, dbPassword, jwtSecret, secretKey } },
  );
  const { bucket } = awsVault({
    provider,
    madeBefore: [secrets],
    account,
    mode,
    adoptChanges: vault.adoptChanges,
    vault: { region, bucket: config.bucket, ...keyOf(keyId) },
    replica: {
      region: replica.region,
      bucket: replica.bucket,
      ...keyOf(replica.keyId),
      ...(replica.roleArn === "" ? {} : { owner: { account: replica.account, roleArn: replica.roleArn } }),
    },
    classes: config.classes,
    lock,
    replicationTimeControl,
    breakGlassRoleArn,
    roleNamePrefix,
    hasEvidenceRole: config.evidenceRoleArn !== "",
    namespace: config.namespace,
    protectData,
  });
  const evidenceRoleArn = roleArn(account, vaultRoleName(roleNamePrefix, "evidence"));
  return { location: { bucket, vaultRegion: region, evidenceRoleArn }, secrets };
}

function keyOf(keyId: string): { keyId?: string } {
  return keyId === "" ? {} : { keyId };
}

/** One bucket of the vault: itself, or its replica. */
export interface VaultSite {
  region: string;
  bucket: string;
  /** Id of the surviving key, where the bucket is taken over. @default none */
  keyId?: string;
}

/** A bucket in an account of its own. */
export interface OwnAccount {
  /** 12 digits. */
  account: string;
  /** Role there that makes it, and alone may undo what keeps it: whoever holds the vault's account has no other way in. */
  roleArn: string;
}

/** Arguments of {@link awsVault}. */
export interface AwsVaultArgs {
  /** Makes what is in the vault's own region. @default one of its own */
  provider?: aws.Provider;
  /** What the vault's bucket comes after: without its secrets it is of no use. @default nothing */
  madeBefore?: pulumi.Resource[];
  /** AWS account, 12 digits. Credentials of another one are refused. */
  account: string;
  /**
   * Make a vault; take over one whose stack's state is lost; or make one out of what was the replica of a lost one, with new
   * roles and a new replica.
   */
  mode: VaultMode;
  /** Whether what is taken over is changed where it differs; otherwise it is refused. @default false */
  adoptChanges?: boolean;
  /** The vault's own bucket. */
  vault: VaultSite;
  /** Its copy in a second region. @param owner of the copy; @default the vault's account */
  replica: VaultSite & { owner?: OwnAccount };
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
  /** Whether a vault that is adopted has a role for evidence, as its kit says: one from before there was one gets it. @default true */
  hasEvidenceRole?: boolean;
  /** Kubernetes namespace of the pods that take on the roles. */
  namespace: string;
  /** Protect everything that holds data, and keep it when it leaves the program. */
  protectData: boolean;
}

/**
 * Two buckets in two regions with a key each, the replication between them, and the roles for the pods.
 * @throws Error when an argument breaks its rule
 */
export function awsVault(args: AwsVaultArgs): {
  bucket: pulumi.Output<string>;
  replicaBucket: pulumi.Output<string>;
  roleArns: Record<VaultRole, pulumi.Output<string>>;
} {
  const { breakGlassRoleArn, classes, lock, mode, namespace, protectData, roleNamePrefix } = args;
  const adopt = mode === "adopt";
  const replicaMode = adopt ? "adopt" : "create";
  checkKeyId("vault.keyId", args.vault.keyId ?? "", mode, "vault");
  checkKeyId("replica.keyId", args.replica.keyId ?? "", mode, "replica");

  const untouched =
    mode === "create" || args.adoptChanges === true ? {} : { transformations: [adoptedAsItIs()] };
  const vaultProvider = args.provider ?? regionalProvider("vault", args.vault.region, args.account);
  const vaultKey = new VaultKey(
    "vault",
    {
      account: args.account,
      alias: `${roleNamePrefix}-vault`,
      breakGlassRoleArn,
      adoptKeyId: args.vault.keyId,
      adoptAlias: adopt,
      protectData,
    },
    { provider: vaultProvider, ...untouched },
  );
  const vaultBucket = new BackupBucket(
    "vault",
    {
      bucket: args.vault.bucket,
      mode,
      keyArn: vaultKey.arn,
      classes,
      lock,
      // What it kept as a replica must not go at the moment when it is needed.
      secondChance: mode === "promote",
      breakGlassRoleArn,
      janitorRoleArn: roleArn(args.account, vaultRoleName(roleNamePrefix, "janitor")),
      protectData,
    },
    { provider: vaultProvider, dependsOn: args.madeBefore ?? [], ...untouched },
  );
  const { owner } = args.replica;
  const replicaProvider = regionalProvider(
    "replica",
    args.replica.region,
    owner?.account ?? args.account,
    owner?.roleArn,
  );
  const copiedBy =
    owner === undefined
      ? undefined
      : { account: args.account, roleArn: roleArn(args.account, replicationRoleName(roleNamePrefix)) };
  const replicaKey = new VaultKey(
    "replica",
    {
      account: owner?.account ?? args.account,
      alias: `${roleNamePrefix}-replica`,
      breakGlassRoleArn: owner?.roleArn ?? breakGlassRoleArn,
      ...(copiedBy === undefined ? {} : { copiedBy: { ...copiedBy, region: args.replica.region } }),
      adoptKeyId: args.replica.keyId,
      adoptAlias: adopt,
      protectData,
    },
    { provider: replicaProvider, ...untouched },
  );
  const replicaBucket = new BackupBucket(
    "replica",
    {
      bucket: args.replica.bucket,
      mode: replicaMode,
      keyArn: replicaKey.arn,
      classes,
      lock,
      secondChance: true,
      breakGlassRoleArn: owner?.roleArn ?? breakGlassRoleArn,
      ...(copiedBy === undefined ? {} : { copiedBy }),
      protectData,
    },
    { provider: replicaProvider, ...untouched },
  );

  const vault: EncryptedBucket = {
    bucket: args.vault.bucket,
    region: args.vault.region,
    keyArn: vaultKey.arn,
  };
  const replica: EncryptedBucket = {
    bucket: args.replica.bucket,
    region: args.replica.region,
    keyArn: replicaKey.arn,
  };
  new VaultReplication(
    "replication",
    {
      vault,
      vaultBucket: vaultBucket.bucket,
      replica: { ...replica, arn: replicaBucket.arn },
      classes,
      timeControl: args.replicationTimeControl,
      roleName: replicationRoleName(roleNamePrefix),
      adopt,
      protectData,
    },
    { provider: vaultProvider, dependsOn: replicaBucket, ...untouched },
  );
  const roles = new VaultRoles(
    "roles",
    {
      vault,
      // What is in another account is read by roles of that one, once it is promoted.
      ...(owner === undefined ? { replica } : {}),
      classes,
      namePrefix: roleNamePrefix,
      namespace,
      serviceAccounts: backupServiceAccounts,
      adopt: !adopt ? [] : (args.hasEvidenceRole ?? true) ? vaultRoles : repositoryRoles,
      protectData,
    },
    { provider: vaultProvider, ...untouched },
  );
  return { bucket: vaultBucket.bucket, replicaBucket: replicaBucket.bucket, roleArns: roles.arns };
}

/** @param assumed role of another account that is taken on; @default the credentials in force */
function regionalProvider(name: string, region: string, account: string, assumed?: string): aws.Provider {
  // No tags by default: they would come back from a surviving vault as a difference, and stop its adoption.
  return new aws.Provider(name, {
    region: region as aws.Region,
    allowedAccountIds: [account],
    ...(assumed === undefined ? {} : { assumeRoles: [{ roleArn: assumed, sessionName: "lstm-pfd-vault" }] }),
  });
}
