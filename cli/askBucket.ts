import { readBucket } from "../jobs/status/readBucket";
import { KitBucket } from "../kit/kitBucket";
import { type KitFit, notHad } from "../kit/kitFacts";
import { openVaultStorage, type VaultAccess } from "../kit/openVault";
import { type VaultAddress, vaultAddressText } from "../kit/vaultAddress";
import type { BucketFacts, Read } from "../plan/status/facts";

/** How the bucket of a vault is reached, by whoever asks. */
export interface BucketWay {
  at: VaultAddress;
  access: VaultAccess;
}

/** What a bucket has told. */
export interface BucketAnswer {
  bucket: BucketFacts;
  fit: KitFit;
}

/** Milliseconds for which a failure is tried again: a store that may just be starting is not worth more of the time of who asks. */
export const patienceMs = 3_000;

/**
 * Asks a bucket for all that it tells by itself, at the same time as `hold` holds a kit to it. Never throws but for what `hold` throws.
 * @param windowDays days of recovery to any second
 */
export async function askBucket(
  { at, access }: BucketWay,
  windowDays: number,
  hold: (bucket: KitBucket) => Promise<KitFit>,
): Promise<BucketAnswer> {
  let storage: Awaited<ReturnType<typeof openVaultStorage>>;
  try {
    storage = await openVaultStorage(at, access, patienceMs);
  } catch (error) {
    const { why, remedy } = notHad(error);
    const none = { state: "unknown", why, remedy } as const;
    return { bucket: notRead(vaultAddressText(at), none), fit: { fit: none } };
  }
  try {
    const bucket = new KitBucket(storage, at);
    const [told, fit] = await Promise.all([readBucket(storage, { windowDays }), hold(bucket)]);
    return { bucket: { address: bucket.address, ...told }, fit };
  } finally {
    storage.close();
  }
}

/** A bucket that could not be asked, or that nobody has asked. */
export function notRead(address: string, none: Extract<Read<never>, { why: string }>): BucketFacts {
  return {
    address,
    now: none,
    lineage: none,
    bases: none,
    archive: none,
    window: none,
    dumps: none,
    models: none,
  };
}
