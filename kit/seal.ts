import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";

/** Sealed text as JSON: what is needed to open it, except the passphrase. */
export interface Sealed {
  format: 1;
  /** Base64. */
  salt: string;
  nonce: string;
  tag: string;
  text: string;
}

/** The passphrase does not fit, or the text was changed. */
export class SealError extends Error {}

const CIPHER = "aes-256-gcm";
/** Memory-hard, 64 MiB: half a second for us, too long for guessing. */
const SCRYPT = { N: 65536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

/** Encrypts a text with a passphrase. */
export function seal(text: string, passphrase: string): Sealed {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, scryptSync(passphrase, salt, 32, SCRYPT), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString("base64");
  return {
    format: 1,
    salt: base64(salt),
    nonce: base64(nonce),
    tag: base64(cipher.getAuthTag()),
    text: base64(sealed),
  };
}

/**
 * Decrypts what {@link seal} made.
 * @throws SealError when the passphrase is another one, or the text is damaged
 */
export function unseal(sealed: Sealed, passphrase: string): string {
  const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");
  try {
    const key = scryptSync(passphrase, bytes(sealed.salt), 32, SCRYPT);
    const decipher = createDecipheriv(CIPHER, key, bytes(sealed.nonce));
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.text)), decipher.final()]).toString("utf8");
  } catch {
    throw new SealError("the passphrase does not open it");
  }
}
