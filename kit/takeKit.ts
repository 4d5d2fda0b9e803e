import { existsSync } from "node:fs";
import type { Fetched } from "./fetchKit";
import type { Kit } from "./kit";
import { readKitFile, RecoveryKitError, writeKitText } from "./recoveryKit";

/**
 * Puts a kit that was fetched from a vault into a file.
 * @throws RecoveryKitError when the file has the kit of another vault, or a newer one, which nobody has stored; as `readKitFile`
 */
export function takeKit(path: string, { kit, text }: Pick<Fetched, "kit" | "text">): void {
  if (existsSync(path)) refuseOther(path, readKitFile(path), kit);
  writeKitText(path, text);
}

/**
 * The configuration that a kit gives a new platform, where its stack sets nothing else.
 * @param fetchedFrom bucket that it was fetched from; it counts, whatever the kit says
 */
export function settingsOf({ vault, platform }: Kit, fetchedFrom: string): Record<string, string> {
  return { ...platform?.settings, ...vault?.keys, bucket: fetchedFrom };
}

function refuseOther(path: string, there: Kit, fetched: Kit): void {
  const cipherOf = ({ values }: Kit): string | undefined => values.repositoryCipherPass;
  const sameVault =
    cipherOf(there) === cipherOf(fetched) &&
    (there.vault === undefined || fetched.vault === undefined || there.vault.id === fetched.vault.id);
  if (!sameVault)
    throw new RecoveryKitError(
      path,
      "another vault",
      "it is the kit of another vault, and was left as it is",
      "move it away, or choose another --stack",
    );
  if (there.generation > fetched.generation)
    throw new RecoveryKitError(
      path,
      "old",
      `it is number ${there.generation}, of ${there.writtenAt}, and newer than the one in the vault, number ${fetched.generation}; it was left as it is`,
      `use it, by "--config recoveryKit=${path}" in place of --from-vault, or move it away`,
    );
}
