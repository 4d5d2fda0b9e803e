import { existsSync } from "node:fs";
import { mergedSecrets, parseSavedSecrets, type SavedSecret, savedSecretsText } from "../plan/savedSecrets";
import { readKit, writeKit } from "./recoveryKit";

/**
 * Saves what cert-manager wrote on a cluster into the recovery kit. A kit that has it already is left as it is, and one that
 * is not there is not begun.
 * @param found on the cluster
 * @returns namespace and name of each Secret that the kit holds then
 * @throws RecoveryKitError; PassphraseError
 */
export function saveCertificates(kitPath: string, found: readonly SavedSecret[]): string[] {
  if (!existsSync(kitPath)) return [];
  const kit = readKit(kitPath);
  const secrets = mergedSecrets(parseSavedSecrets(kit.savedSecrets ?? ""), found);
  if (secrets.length > 0) writeKit(kitPath, { ...kit, savedSecrets: savedSecretsText(secrets) });
  return secrets.map(({ namespace, name }) => `${namespace}/${name}`);
}
