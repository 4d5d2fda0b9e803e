const secretName =
  /(password|passwd|passphrase|secret|token|credential|private_?key|api_?key|access_?key|cipher_?pass|jwt|encryption_?key)/i;
// What a secret is called, where it is, or how it is used: not the secret.
const aboutSecret =
  /(_(file|path|dir|name|arn|id|url|uri|type|algorithm|namespace|enabled|ttl|seconds|minutes|hours|days|expiry|length|size|limit|count)|Name|Ref|File|Path)$/i;
const urlWithPassword = /\b([a-z][a-z0-9+.-]*):\/\/[^\s/:@]*:[^\s/@]+@/i;

/**
 * Why a plain-text setting looks like a secret; undefined when it does not. The answer never holds the value.
 * @param name of the variable or key
 */
export function secretProblem(name: string, value: string): string | undefined {
  const scheme = urlWithPassword.exec(value)?.[1];
  if (scheme !== undefined) return `holds a password in plain text, in a ${scheme} URL`;
  if (value === "" || aboutSecret.test(name)) return undefined;
  return secretName.test(name) ? "has the name of a secret and a value in plain text" : undefined;
}
