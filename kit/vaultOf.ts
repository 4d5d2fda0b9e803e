import type { ConfigKey } from "../config/key";
import { type ConfigKeyName, configKeys } from "../config/schema";
import type { RepositoryRole } from "../plan/names";
import type { RecoveryKit, VaultPlace } from "./kit";
import type { VaultAccess } from "./openVault";
import type { VaultAddress } from "./vaultAddress";

/** How this machine reaches the vault of a stack, and what a kit is to say of the way there. */
export interface VaultOf {
  at: VaultAddress;
  access: VaultAccess;
  place: Pick<VaultPlace, "region" | "authority" | "keys">;
}

/**
 * Where the vault of a stack is. A key that is set to anything but its default wins over the kit, as for the program.
 * @param config of the stack, key without namespace → value
 * @param values of its kit
 * @param role whose keys are used where the store is not AWS'; there the environment's credentials are
 */
export function vaultOf(
  config: Readonly<Record<string, string>>,
  values: RecoveryKit,
  role: RepositoryRole,
): VaultOf {
  const of = (name: ConfigKeyName): string => {
    const { default: byDefault }: ConfigKey = configKeys[name];
    const set = config[name];
    return set !== undefined && set !== String(byDefault) ? set : (values[name] ?? String(byDefault));
  };
  const taken = (...names: ConfigKeyName[]) => Object.fromEntries(names.map((name) => [name, of(name)]));
  const bucket = of("bucket");
  if (of("objectStore") === "aws") {
    const region = of("vaultRegion");
    return {
      at: { endpoint: "", bucket },
      access: { region, authority: "" },
      place: { region, authority: "", keys: taken("objectStore", "bucket", "vaultRegion") },
    };
  }
  const embedded = of("objectStore") === "embedded";
  const [region, authority] = [of("s3Region"), of("s3CaCertificate")];
  const keys = { accessKeyId: of(`${role}AccessKeyId`), secretAccessKey: of(`${role}SecretAccessKey`) };
  return {
    // Of a store that is made here pods have another name.
    at: { endpoint: embedded ? `https://localhost:${of("objectStorePort")}` : of("s3Endpoint"), bucket },
    access: { region, authority, ...(keys.accessKeyId === "" ? {} : { keys }) },
    place: {
      region,
      authority,
      keys: embedded
        ? taken("objectStore", "bucket", "objectStoreName", "objectStorePort")
        : taken("objectStore", "bucket", "s3Endpoint", "s3Region"),
    },
  };
}
