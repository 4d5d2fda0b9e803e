import { mergedSecrets, parseSavedSecrets, type SavedSecret, savedSecretsText } from "../plan/savedSecrets";
import type { Kit, PlatformRecord, RecoveryKit } from "./kit";
import { RecoveryKitError } from "./recoveryKit";

/**
 * A kit with what its vault tells. What was saved of a platform stays in it: the vault does not know that.
 * @param place of the kit, for the message
 * @throws RecoveryKitError when it is another vault's: with it would go the only passphrase of that one's repository
 */
export function withVaultValues(kit: Kit, ofVault: RecoveryKit, place: string): Kit {
  const { savedSecrets, repositoryCipherPass } = kit.values;
  if (repositoryCipherPass !== undefined && repositoryCipherPass !== ofVault.repositoryCipherPass)
    throw new RecoveryKitError(
      place,
      "another vault",
      "it is the kit of another vault, whose repository has another passphrase, and was left as it is",
      "give another path for the kit of this vault",
    );
  return { ...kit, values: { ...ofVault, ...(savedSecrets === undefined ? {} : { savedSecrets }) } };
}

/** A kit with what cert-manager wrote on a cluster; what is not on it any more stays. */
export function withCertificates(kit: Kit, found: readonly SavedSecret[]): Kit {
  const secrets = mergedSecrets(parseSavedSecrets(kit.values.savedSecrets ?? ""), found);
  return secrets.length === 0
    ? kit
    : { ...kit, values: { ...kit.values, savedSecrets: savedSecretsText(secrets) } };
}

/** A kit with what is known of a platform. @param platform nothing changes where it is not known */
export function withPlatform(kit: Kit, platform: PlatformRecord | undefined): Kit {
  return platform === undefined ? kit : { ...kit, platform };
}

/** Namespace and name of each Secret that a kit holds. */
export function certificatesIn({ values }: Kit): string[] {
  return parseSavedSecrets(values.savedSecrets ?? "").map(({ namespace, name }) => `${namespace}/${name}`);
}
