import { ObjectStorage } from "../jobs/objectStorage";
import { reasonOf } from "../lib/failure";
import { KitBucket, VaultUnknownError } from "./kitBucket";
import { type VaultAddress, vaultAddressText } from "./vaultAddress";

/** How a vault is reached. */
export interface VaultAccess {
  /** @default AWS_REGION or AWS_DEFAULT_REGION; at a store that is not AWS' us-east-1 */
  region?: string | undefined;
  /** PEM of the store's private authority; empty for a public one. */
  authority: string;
  /** @default what the AWS SDK finds: the variables, a profile */
  keys?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/**
 * Opens a vault's bucket; close it in the end.
 * @throws VaultUnknownError when there are no credentials or no region
 */
export async function openVault(at: VaultAddress, access: VaultAccess): Promise<KitBucket> {
  return new KitBucket(await openVaultStorage(at, access), at);
}

/** The same, for what is in it beside the kit. */
export async function openVaultStorage(
  at: VaultAddress,
  { region, authority, keys }: VaultAccess,
): Promise<ObjectStorage> {
  const { endpoint, bucket } = at;
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const found = [region, AWS_REGION, AWS_DEFAULT_REGION, endpoint === "" ? "" : "us-east-1"].find(Boolean);
  if (found === undefined)
    throw new VaultUnknownError(vaultAddressText(at), "its region is not known: set AWS_REGION to it");
  const storage = new ObjectStorage({
    endpoint,
    region: found,
    bucket,
    pathStyle: endpoint !== "",
    ...(keys ?? { accessKeyId: "", secretAccessKey: "" }),
    ...(authority === "" ? {} : { caCertificate: authority }),
  });
  try {
    // Without any the first call would try for half a minute.
    await storage.credentials();
  } catch (error) {
    storage.close();
    throw new VaultUnknownError(vaultAddressText(at), `there are no credentials for it (${reasonOf(error)})`);
  }
  return storage;
}
