import type * as pulumi from "@pulumi/pulumi";
import type { ObjectStore } from "../components/objectStore";
import { Vault } from "../components/vault";
import type { Config } from "../config/config";
import type { ConfigKeyName } from "../config/schema";
import type { AccessKey } from "../plan/accessKey";
import { accessKeyNames, type ByVaultRole, vaultRoles } from "../plan/names";

/** What a platform needs to reach the backups, by configuration key, for the recovery kit. */
export type BackupsLocation = Partial<Record<ConfigKeyName, pulumi.Input<string>>>;

/**
 * The bucket of the backups at a store that speaks like S3.
 * @param roleArns the roles on the backups as the store names them; none where it has roles of its own
 * @param keys of these roles
 */
export function vaultAtStore(
  { bucket, classes, protectData }: Config,
  store: ObjectStore,
  roleArns: readonly string[],
  keys: ByVaultRole<AccessKey>,
): BackupsLocation {
  const vault = new Vault("vault", { bucket, classes, roleArns, protectData }, { provider: store.provider });
  return {
    bucket: vault.bucket,
    s3Endpoint: store.endpoint,
    s3Region: store.region,
    s3CaCertificate: store.caCertificate,
    ...keysOfKit(keys),
  };
}

/** The keys of the roles. An admin's are not in the kit: no rebuild needs them. */
function keysOfKit(keys: ByVaultRole<AccessKey>): BackupsLocation {
  return Object.fromEntries(
    vaultRoles.flatMap((role) => {
      const key = keys[role];
      if (key === undefined) return [];
      const { id, secret } = accessKeyNames(role);
      return [
        [id, key.accessKeyId],
        [secret, key.secretAccessKey],
      ];
    }),
  );
}
