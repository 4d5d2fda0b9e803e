import { createCipheriv, randomBytes } from "node:crypto";
import { derivedKey } from "../../../kit/seal";

/** The text of a kit as it was written before version 2: no checksum, nothing to tell of it, and values alone. */
export function oldKitText(values: Readonly<Record<string, string>>, passphrase: string): string {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", derivedKey(passphrase, salt), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(values), "utf8"), cipher.final()]);
  const parts = { salt, nonce, tag: cipher.getAuthTag(), text };
  return JSON.stringify({
    format: 1,
    ...Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString("base64")])),
  });
}
