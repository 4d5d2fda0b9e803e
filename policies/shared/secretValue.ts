/** Names of secrets, as words with an underscore around each. */
const secretName =
  /_([a-z0-9]*(password|passwd|passphrase)|pass|pwd|secrets?|token|jwt|credentials?|(private|api|access|encryption|signing)_?key)_/;
/** Last words of names that are about a secret: what it is called, where it is, how it is used. */
const aboutSecret =
  /_(file|path|dir|directory|name|ref|arn|id|url|uri|type|algorithm|issuer|audience|header|namespace|enabled|required|ttl|expires|expiry|seconds|minutes|hours|days|length|size|limit|count)_$/;
const urlWithPassword = /\b([a-z][a-z0-9+.-]*):\/\/[^\s/:@]*:[^\s/@]+@/i;

/**
 * Why a plain-text setting looks like a secret; undefined when it does not. The answer never holds the value.
 * @param name of the variable or key
 */
export function secretProblem(name: string, value: string): string | undefined {
  const scheme = urlWithPassword.exec(value)?.[1];
  if (scheme !== undefined) return `holds a password in plain text, in a ${scheme} URL`;
  if (value === "" || /^(true|false)$/i.test(value)) return undefined;
  const words = wordsOf(name);
  return secretName.test(words) && !aboutSecret.test(words)
    ? "has the name of a secret and a value in plain text"
    : undefined;
}

/** `dbPassword` and `DB-PASSWORD` as `_db_password_`. */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return `_${words.replace(/[^a-z0-9]+/g, "_")}_`;
}
