/**
 * Names of secrets, as words with an underscore around each. The last words say what a thing is: `PASSWORD_ENCRYPTION`,
 * `SECRET_PROVIDER` and `TOKEN_BUCKET` are an encryption, a provider and a bucket. What follows may say which one of several.
 */
const secretName =
  /_([a-z0-9]*(password|passwd|passphrase)|pass|pwd|secrets?|token|jwt|credentials?|(secret|private|api|access|encryption|signing)_?key)(_(value|text|pem|base64|b64|old|new|current|previous|next|primary|secondary|default|main|dev|test|staging|prod|production|[0-9]+))*_$/;
/** Names of switches: what may be, not what is. */
const switchName = /_(allow|require|use|enable|disable|skip|no|has|reset|change)_/;
const switchValue = /^(true|false|yes|no|on|off)$/i;

/** Kubernetes puts the value of another variable there, which may come from a Secret. */
const reference = /^\$(\([\w.-]+\)|\{[\w.-]+\})$/;
const urlWithPassword = /\b([a-z][a-z0-9+.-]*):\/\/[^\s/:@]*:([^\s@]+)@/i;
/** Not a password but the port, with the path behind it. */
const portAndPath = /^(\d+|\$\([\w.-]+\))\//;
const connectionString = /(^|[\s;])(host|server|data source|user|uid|user id|dbname|database)\s*=/i;
const passwordOfConnection = /(?:^|[\s;])(?:password|passwd|pwd)\s*=\s*([^\s;]+)/i;

/**
 * Why a plain-text setting looks like a secret; undefined when it does not. The answer never holds the value.
 * @param name of the variable or key
 */
export function secretProblem(name: string, value: string): string | undefined {
  const [, scheme, password = ""] = urlWithPassword.exec(value) ?? [];
  if (scheme !== undefined && !reference.test(password) && !portAndPath.test(password))
    return `holds a password in plain text, in a ${scheme} URL`;
  const [, ofConnection] = passwordOfConnection.exec(value) ?? [];
  if (ofConnection !== undefined && connectionString.test(value) && !reference.test(ofConnection))
    return "holds a password in plain text, in a connection string";
  if (value === "" || switchValue.test(value) || reference.test(value)) return undefined;
  const words = wordsOf(name);
  return secretName.test(words) && !switchName.test(words)
    ? "has the name of a secret and a value in plain text"
    : undefined;
}

/** `dbPassword` and `DB-PASSWORD` as `_db_password_`. */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return `_${words.replace(/[^a-z0-9]+/g, "_")}_`;
}
