import type * as pulumi from "@pulumi/pulumi";

/**
 * How a vault at AWS comes to be: made; taken over, when its stack's state is lost; or made out of what was the replica of a
 * lost one, with new roles and a new replica.
 */
export const vaultModes = ["create", "adopt", "promote"] as const;

/** One of {@link vaultModes}. */
export type VaultMode = (typeof vaultModes)[number];

/**
 * Whether the key of a bucket is there already, and must be named.
 * @param site the vault's own bucket, or its copy in the second region
 */
export function hasKey(mode: VaultMode, site: "vault" | "replica"): boolean {
  return mode === "adopt" || (mode === "promote" && site === "vault");
}

/**
 * @param key name of the argument that names the KMS key, for the message
 * @param keyId empty for none
 * @throws Error when a bucket that is taken over has no key, or a new one has
 */
export function checkKeyId(key: string, keyId: string, mode: VaultMode, site: "vault" | "replica"): void {
  if (hasKey(mode, site) && keyId === "")
    throw new Error(
      `${key} is not set: vault mode "${mode}" needs the id of the key that has encrypted the bucket; "aws kms describe-key" tells it`,
    );
  if (!hasKey(mode, site) && keyId !== "")
    throw new Error(`${key} is "${keyId}": must be left out, because vault mode "${mode}" makes a key`);
}

/** A backup bucket that roles get rights on. */
export interface EncryptedBucket {
  bucket: string;
  region: string;
  /** ARN of the key that encrypts it. */
  keyArn: pulumi.Input<string>;
}
