/**
 * Whether an unquoted value is more to YAML than its text: what the engine (Go's yaml.v3) would take for it is written
 * differently. So `0x1F` becomes 31, `1e3` 1000, `1.40` 1.4, `012345678901` 12345678901, and a day a time. Other libraries differ
 * (for npm's yaml `1_000` and days are text); what is refused here is safe in all of them.
 * @param text as written, not empty
 */
export function changedByYaml(text: string): boolean {
  if (/^(True|TRUE|False|FALSE|~|null|Null|NULL|[+-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(text))
    return true;
  const asNumber = /^[-+.\d]/.test(text) ? canonicalNumber(text.replaceAll("_", "")) : undefined;
  return (asNumber !== undefined && asNumber !== text) || isTime(text);
}

/** A number as the engine writes it; undefined for what is none, or one that is too large and stays a text. */
function canonicalNumber(text: string): string | undefined {
  const [, sign = "", digits] =
    /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(text) ?? [];
  if (digits !== undefined) {
    // An 0 before the digits is octal there.
    const size = BigInt(digits.replace(/^0(?=\d)/, "0o"));
    const value = sign === "-" ? -size : size;
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return String(value);
  }
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : undefined;
}

function isTime(text: string): boolean {
  const [, month = 0, day = 0] = (/^\d{4}-(\d{1,2})-(\d{1,2})(?:$|[Tt ]\s*\d)/.exec(text) ?? []).map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
