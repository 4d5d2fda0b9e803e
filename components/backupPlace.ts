import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";
import type { ConfigKeyName } from "../configKeys";
import type { RepositoryRole } from "../plan/repositoryRoles";
import { accessKeys, keysOfKit } from "./accessKeys";
import { awsVault } from "./aws/awsVault";
import { awsVaultArgs } from "./aws/fromConfig";
import { objectStoreArgs } from "./fromConfig";
import { ObjectStore, type ObjectStoreArgs } from "./objectStore";
import type { RecoverySecrets } from "./recoverySecrets";
import type { RoleKeys } from "./repository";
import { Vault } from "./vault";

/**
 * Where the backups are: a vault at AWS, or a bucket at a store that speaks like S3.
 * @returns what a platform needs to reach it, by configuration key, for the recovery kit
 */
export function backupPlace(
  config: Config,
  secrets: RecoverySecrets,
): Partial<Record<ConfigKeyName, pulumi.Output<string>>> {
  const { aws, objectStore, protectData } = config;
  if (objectStore.kind === "aws")
    return { bucket: awsVault(awsVaultArgs(config)).bucket, vaultRegion: pulumi.output(aws.vault.region) };
  // Only a store that is made here takes keys that are drawn here; another's owner has given keys to the roles.
  if (objectStore.kind === "s3") return bucketAt(objectStoreArgs(config), config, config.s3);
  const keys = accessKeys("recovery", { parent: secrets, protectData });
  return bucketAt({ ...objectStore, keys, protectData }, config, keys);
}

function bucketAt(
  args: ObjectStoreArgs,
  { bucket, classes, protectData }: Config,
  keys: Record<RepositoryRole, RoleKeys>,
): Partial<Record<ConfigKeyName, pulumi.Output<string>>> {
  const store = new ObjectStore("object-store", args);
  const vault = new Vault(
    "vault",
    { bucket, classes, protectData, roleArns: store.roleArns },
    { provider: store.provider },
  );
  return { bucket: vault.bucket, ...store.address, ...keysOfKit(keys) };
}
