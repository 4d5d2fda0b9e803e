import { createHash, createHmac, randomUUID } from "node:crypto";
import { derivedKey } from "./seal";

/**
 * Which vault a bucket is, as the object `config/vault.json` says it. A copy of the bucket is the same vault; a bucket that was
 * emptied, or made anew under the same name, is another one.
 */
export interface VaultIdentity {
  format: 1;
  /** Random. */
  id: string;
  /** ISO, by the clock of who made it. */
  createdAt: string;
  /** What only the passphrase of this vault's repository makes of the id: a kit with another one opens none of its backups. */
  proof: string;
}

/** The identity of a vault that has none. */
export function newIdentity(repositoryCipherPass: string, now = new Date()): VaultIdentity {
  const id = randomUUID();
  return { format: 1, id, createdAt: now.toISOString(), proof: proofOf(id, repositoryCipherPass) };
}

/** Whether a passphrase is that of the vault's repository. */
export function provenBy({ id, proof }: VaultIdentity, repositoryCipherPass: string): boolean {
  return proof === proofOf(id, repositoryCipherPass);
}

/** The text of an identity, as its object holds it. */
export function identityText(identity: VaultIdentity): string {
  return `${JSON.stringify(identity)}\n`;
}

/** @throws Error that says what is wrong with it */
export function parseIdentity(text: string): VaultIdentity {
  const found = JSON.parse(text) as Partial<VaultIdentity> | null;
  for (const field of ["id", "createdAt", "proof"] as const)
    if (typeof found?.[field] !== "string") throw new Error(`it has no field "${field}"`);
  return found as VaultIdentity;
}

/** Slow, because everybody who reads the bucket may guess, and a passphrase may have been chosen by a person. */
function proofOf(id: string, repositoryCipherPass: string): string {
  const salt = createHash("sha256").update(`vault ${id}`).digest();
  return createHmac("sha256", derivedKey(repositoryCipherPass, salt)).update("repository").digest("hex");
}
