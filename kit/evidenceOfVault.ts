import { reasonOf } from "../lib/failure";
import { type Evidence, evidenceKinds } from "../plan/evidence";
import { readEvidence } from "../plan/readEvidence";
import { KitBucket, VaultUnknownError } from "./kitBucket";
import { openVaultStorage } from "./openVault";
import { readKitFile } from "./recoveryKit";
import { vaultAddressText } from "./vaultAddress";
import { vaultOf } from "./vaultOf";

/** More than a night's and a day's for each day that evidence is kept. */
const READ = 1000;

/** What a vault holds as evidence. */
export interface EvidenceOfVault {
  /** As `--from-vault` takes it. */
  address: string;
  evidence: Evidence[];
  /** Addresses of what counts for nothing, with the reason. */
  unreadable: string[];
  /** By the store's clock. */
  now: Date;
  /** When the vault was made; undefined where it does not say. */
  since: Date | undefined;
}

/**
 * Reads the evidence of the vault of a stack, with the reader's rights of its kit.
 * @param config of the stack, key without namespace → value
 * @throws RecoveryKitError; VaultUnknownError when the vault does not answer, or has no right to show it
 */
export async function evidenceOfVault(
  kit: string,
  config: Readonly<Record<string, string>>,
): Promise<EvidenceOfVault> {
  const { at, access } = vaultOf(config, readKitFile(kit).values, "reader");
  const address = vaultAddressText(at);
  const storage = await openVaultStorage(at, access);
  try {
    const identity = await new KitBucket(storage, at).identity();
    const found = await Promise.all(evidenceKinds.map((kind) => readEvidence(storage, kind, READ)));
    const now = storage.storeTime;
    if (now === undefined) throw new Error("it does not say what time it is");
    return {
      address,
      evidence: found.flatMap(({ evidence }) => evidence),
      unreadable: found.flatMap(({ unreadable }) => unreadable),
      now,
      since: identity === undefined ? undefined : new Date(identity.createdAt),
    };
  } catch (error) {
    if (error instanceof VaultUnknownError) throw error;
    throw new VaultUnknownError(address, `its evidence cannot be read: ${reasonOf(error)}`);
  } finally {
    storage.close();
  }
}
