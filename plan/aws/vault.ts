import type * as pulumi from "@pulumi/pulumi";

/**
 * How a vault at AWS comes to be: made; taken over, when its stack's state is lost; or made out of what was the replica of a
 * lost one, with new roles and a new replica.
 */
export type VaultMode = "create" | "adopt" | "promote";

/** A backup bucket that roles get rights on. */
export interface EncryptedBucket {
  bucket: string;
  region: string;
  /** ARN of the key that encrypts it. */
  keyArn: pulumi.Input<string>;
}
