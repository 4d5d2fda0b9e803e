import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/config";
import type { ConfigKeyName } from "../config/schema";
import { accessKeys, keysOfKit } from "../components/accessKeys";
import { awsVault } from "../components/aws/awsVault";
import { awsVaultArgs } from "./awsArguments";
import { objectStoreArgs } from "./arguments";
import { ObjectStore, type ObjectStoreArgs } from "./objectStore";
import type { RecoverySecrets } from "../components/recoverySecrets";
import type { RoleKeys } from "../components/repository";
import { Vault } from "../components/vault";
import type { RepositoryRole } from "../plan/names";

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
