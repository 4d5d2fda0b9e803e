import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config";
import type { ConfigKeyName } from "../configKeys";
import { accessKeys } from "./accessKeys";
import { awsVault } from "./aws/awsVault";
import { awsVaultArgs } from "./aws/fromConfig";
import { objectStoreArgs } from "./fromConfig";
import { ObjectStore } from "./objectStore";
import type { RecoverySecrets } from "./recoverySecrets";
import { Vault } from "./vault";

/**
 * Where the backups are: a vault at AWS, or a bucket at a store that speaks like S3.
 * @returns what a platform needs to reach it, by configuration key, for the recovery kit
 */
export function backupPlace(
  config: Config,
  secrets: RecoverySecrets,
): Partial<Record<ConfigKeyName, pulumi.Output<string>>> {
  const { aws, bucket, classes, objectStore, protectData } = config;
  if (objectStore.kind === "aws")
    return { bucket: awsVault(awsVaultArgs(config)).bucket, vaultRegion: pulumi.output(aws.vault.region) };
  const { keys, kit } = accessKeys("recovery", { parent: secrets, protectData });
  const store = new ObjectStore("object-store", objectStoreArgs(config, objectStore, keys));
  const vault = new Vault(
    "vault",
    { bucket, classes, protectData, roleArns: store.roleArns },
    { provider: store.provider },
  );
  return { bucket: vault.bucket, ...store.address, ...kit };
}
