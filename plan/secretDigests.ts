import { createHash, createHmac } from "node:crypto";

/** What pods read from Secrets when they start, by who reads it. */
export interface SecretDigests {
  /** Of what dashboard, worker and Redis read. */
  application: string;
  /** Of the password that the database gives to the application's role. */
  databasePassword: string;
  /** Of what the database archives with. */
  repository: string;
}

/** The secrets that the digests are of. */
export interface DigestedSecrets {
  dbPassword: string;
  jwtSecret: string;
  secretKey: string;
  /** Passphrase of the repository; also what keys the digests. */
  repositoryCipherPass: string;
  /** Undefined where pods have roles and no keys. */
  writer: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/**
 * Tells pods that what they have read is no longer in force: a digest that stands in their template changes with it, and they
 * restart.
 *
 * Whoever may read pods reads the digests too, and must not be able to try passwords on them. So they are no plain hashes: each is
 * keyed with the repository's passphrase (64 letters and digits, drawn with the vault, and whoever knows it can read the database
 * anyway), and shows half of its 256 bits.
 */
export function secretDigests(secrets: DigestedSecrets): SecretDigests {
  const { dbPassword, jwtSecret, secretKey, repositoryCipherPass, writer } = secrets;
  // Not the passphrase itself: what is keyed here must never be of use where that one is.
  const key = createHash("sha256").update(`lstm-pfd restart ${repositoryCipherPass}`).digest();
  const digest = (...parts: readonly string[]): string =>
    createHmac("sha256", key).update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  return {
    application: digest("application", dbPassword, jwtSecret, secretKey),
    databasePassword: digest("databasePassword", dbPassword),
    repository: digest(
      "repository",
      repositoryCipherPass,
      ...(writer === undefined ? [] : [writer.accessKeyId, writer.secretAccessKey]),
    ),
  };
}
