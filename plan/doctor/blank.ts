/** What stands where a secret was. */
export const blanked = "(blanked)";

/** Texts that look like a secret wherever they stand, and what of them stays. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, blanked],
  // A sealed recovery kit, whole or in a log.
  [/\{[^{}]*\\?"format\\?":[^{}]*(?:\{[^{}]*\}[^{}]*)?\\?"(?:nonce|salt|tag)\\?":[^{}]*\}/g, blanked],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g, blanked],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, blanked],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:"']*:[^\s@"']+@/gi, `$1${blanked}@`],
  [
    /((?:proxy-)?authorization\\?["']?\s*[:=]\s*\\?["']?)(?:(?:basic|bearer|aws4-hmac-sha256|digest|token)\s+)?[^\r\n"'\\]+/gi,
    `$1${blanked}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${blanked}`],
  [
    /([?&](?:x-amz-(?:signature|credential|security-token)|signature|token|access_token|sig|awsaccesskeyid)=)[^&\s"']+/gi,
    `$1${blanked}`,
  ],
  // name=value and "name": "value", also escaped within a JSON text.
  [
    /((?:(?:passw(?:or)?d|passphrase|secret[_-]?(?:access[_-]?)?key|access[_-]?key(?:[_-]?id)?|cipher[_-]?pass|repo\d?-s3-key(?:-secret)?|api[_-]?key|private[_-]?key|client-key-data|(?:session|access|refresh|id|auth|security)[_-]?token|jwt[_-]?secret|requirepass|masterauth|dockerconfigjson|webhook[_-]?secret))\\?["']?\s*[:=]\s*)(\\?["'])((?:(?!\2)[\s\S])+)\2/gi,
    `$1$2${blanked}$2`,
  ],
  [
    /((?:(?:passw(?:or)?d|passphrase|secret[_-]?(?:access[_-]?)?key|access[_-]?key(?:[_-]?id)?|cipher[_-]?pass|repo\d?-s3-key(?:-secret)?|api[_-]?key|private[_-]?key|client-key-data|(?:session|access|refresh|id|auth|security)[_-]?token|jwt[_-]?secret))\s*[=:]\s*)(?!["'\\\s({]|\(blanked\))[^\s"',;&]+/gi,
    `$1${blanked}`,
  ],
  [/((?:requirepass|masterauth|--pass(?:word)?)\s+)(?!\(blanked\))\S+/gi, `$1${blanked}`],
];

/**
 * A text without the secrets that are known, in any form in which they may stand in it, and without what looks like one.
 * @param known values of secrets; empty ones are left alone
 */
export function blankSecrets(text: string, known: readonly string[]): string {
  const forms = formsOf(known);
  // At once: what was put in place of one is not searched for the next.
  const all = new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  const withoutKnown = forms.length === 0 ? text : text.replace(all, blanked);
  return patterns.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), withoutKnown);
}

/** Whether a known secret still occurs in a text, in any form. */
export function holdsSecret(text: string, known: readonly string[]): boolean {
  const rest = text.split(blanked).join("\u0000");
  return formsOf(known).some((form) => rest.includes(form));
}

/** The forms in which values may stand in logs and JSON, the longest first. */
function formsOf(known: readonly string[]): string[] {
  const forms = known
    .flatMap((value) => [value, value.trim(), ...longLinesOf(value)])
    .filter((value) => value !== "")
    .flatMap((value) => [
      value,
      JSON.stringify(value).slice(1, -1),
      JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString("base64"),
      Buffer.from(value).toString("base64").replace(/=+$/, ""),
      Buffer.from(value).toString("base64url"),
    ]);
  return [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
}

/** Of a key in PEM each line tells a part. */
function longLinesOf(value: string): string[] {
  if (!value.includes("\n")) return [];
  return value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length >= 32);
}
