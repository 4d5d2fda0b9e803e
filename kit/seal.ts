import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from "node:crypto";

/** Sealed text as JSON: what is needed to open it, except the passphrase. All but `about` and `format` is base64. */
interface SealedText {
  salt: string;
  nonce: string;
  tag: string;
  text: string;
}

/** What can be told of a sealed text without its passphrase. Who changes it, breaks the seal. */
export interface About {
  /** Id of the vault; empty where that is not known. */
  vault: string;
  /** Counts up with each change. */
  generation: number;
  /** ISO, by the writer's clock. */
  writtenAt: string;
}

/** A sealed text, as it is written. Without its checksum, damage could not be told from another passphrase. */
export interface Sealed extends SealedText {
  format: 2;
  about: About;
  /** SHA-256 of all the rest. */
  sha256: string;
}

/** As it was written before version 2: there is nothing to tell of it without the passphrase. */
export type OldSealed = SealedText & { format: 1 };

/** Why a sealed text does not open. Of an old one only the two together are known. */
export type SealFault = "damaged" | "another passphrase" | "damaged, or another passphrase";

/** A sealed text that does not open. */
export class SealError extends Error {
  constructor(readonly fault: SealFault) {
    super(`it does not open: ${fault}`);
  }
}

const CIPHER = "aes-256-gcm";
/** Memory-hard, 64 MiB: half a second for us, too long for guessing. */
const SCRYPT = { N: 65536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

const derived = new Map<string, Buffer>();

/** A key of 32 bytes out of a passphrase, slowly; each one once in a process. */
export function derivedKey(passphrase: string, salt: Buffer): Buffer {
  const asked = `${salt.toString("base64")} ${passphrase}`;
  const key = derived.get(asked) ?? scryptSync(passphrase, salt, 32, SCRYPT);
  derived.set(asked, key);
  return key;
}

/** One for all that this process seals: what must differ each time is the nonce. */
const ownSalt = randomBytes(16);

/** Encrypts a text with a passphrase. */
export function seal(text: string, passphrase: string, about: About): Sealed {
  const salt = ownSalt;
  const nonce = randomBytes(12);
  const cipher = createCipheriv(CIPHER, derivedKey(passphrase, salt), nonce);
  cipher.setAAD(Buffer.from(aboutText(about)));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString("base64");
  const parts = {
    format: 2 as const,
    about,
    salt: base64(salt),
    nonce: base64(nonce),
    tag: base64(cipher.getAuthTag()),
    text: base64(sealed),
  };
  return { ...parts, sha256: checksum(parts) };
}

/**
 * Decrypts what {@link seal} made, now or before version 2.
 * @throws SealError
 */
export function unseal(sealed: Sealed | OldSealed, passphrase: string): string {
  if (sealed.format === 2) checkWhole(sealed);
  const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");
  try {
    const decipher = createDecipheriv(
      CIPHER,
      derivedKey(passphrase, bytes(sealed.salt)),
      bytes(sealed.nonce),
    );
    if (sealed.format === 2) decipher.setAAD(Buffer.from(aboutText(sealed.about)));
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.text)), decipher.final()]).toString("utf8");
  } catch {
    throw new SealError(sealed.format === 2 ? "another passphrase" : "damaged, or another passphrase");
  }
}

/**
 * Holds a sealed text to its checksum; needs no passphrase.
 * @throws SealError when it is damaged
 */
export function checkWhole(sealed: Omit<Sealed, "about"> & { about?: Partial<About> }): void {
  const { vault, generation, writtenAt } = sealed.about ?? {};
  const isWhole =
    typeof vault === "string" &&
    typeof generation === "number" &&
    Number.isSafeInteger(generation) &&
    typeof writtenAt === "string" &&
    sealed.sha256 === checksum({ ...sealed, about: { vault, generation, writtenAt } });
  if (!isWhole) throw new SealError("damaged");
}

function aboutText({ vault, generation, writtenAt }: About): string {
  return JSON.stringify([vault, generation, writtenAt]);
}

function checksum({ about, salt, nonce, tag, text }: Omit<Sealed, "sha256" | "format">): string {
  return createHash("sha256")
    .update([aboutText(about), salt, nonce, tag, text].join("\n"))
    .digest("hex");
}
