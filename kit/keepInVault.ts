import { existsSync } from "node:fs";
import { checkFit, checkNewest } from "./fit";
import { emptyKit, type Kit } from "./kit";
import { keepKit, type Kept } from "./keepKit";
import { type KitBucket, VaultUnknownError } from "./kitBucket";
import { openVault } from "./openVault";
import { aboutKit, readKitFile } from "./recoveryKit";
import { vaultOf } from "./vaultOf";

/**
 * As {@link keepKit}, in the vault of a stack.
 * @param config of the stack, key without namespace → value
 */
export async function keepInVault(
  path: string,
  config: Readonly<Record<string, string>>,
  change: (kit: Kit) => Kit,
): Promise<Kept> {
  const { values } = change(existsSync(path) ? readKitFile(path) : emptyKit);
  const { at, access, place } = vaultOf(config, values, "writer");
  let bucket: KitBucket;
  try {
    bucket = await openVault(at, access);
  } catch (error) {
    if (!(error instanceof VaultUnknownError)) throw error;
    return keepKit(path, { why: error.message }, change);
  }
  try {
    return await keepKit(path, { bucket, place }, change);
  } finally {
    bucket.close();
  }
}

/** What is known of a kit in a file and the vault of its stack. */
export interface Held {
  /** The vault has said that the kit is its own. Where it has not, nothing else has been found against it. */
  fits: boolean;
  /** For a person, a line each. */
  said: string[];
}

/**
 * Holds the kit in a file to the vault of its stack, before anything is touched.
 * @param config of the stack, key without namespace → value
 * @throws RecoveryKitError when the kit is another vault's, or an old one; as `readKitFile`
 */
export async function holdToVault(path: string, config: Readonly<Record<string, string>>): Promise<Held> {
  const kit = readKitFile(path);
  const { at, access } = vaultOf(config, kit.values, "reader");
  let bucket: KitBucket | undefined;
  try {
    bucket = await openVault(at, access);
    const { address, kitObject } = bucket;
    const identity = await bucket.identity();
    const said = checkFit(path, kit, { address, identity });
    const newest = await bucket.read();
    if (newest === undefined) return { fits: identity !== undefined, said };
    try {
      said.push(...checkNewest(path, kit, { address }, aboutKit(kitObject, newest.text)));
    } catch (error) {
      if ((error as { fault?: string }).fault !== "damaged") throw error;
      said.push(`${kitObject} is damaged; the kit in ${path} is used, and "npm run kit" stores it anew`);
    }
    return { fits: identity !== undefined, said };
  } catch (error) {
    if (!(error instanceof VaultUnknownError)) throw error;
    return {
      fits: false,
      said: [
        `WHETHER THE RECOVERY KIT FITS ITS VAULT IS NOT KNOWN, nor whether it is the newest: ${error.message}`,
      ],
    };
  } finally {
    bucket?.close();
  }
}
