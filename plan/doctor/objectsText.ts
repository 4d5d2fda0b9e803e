import { blanked } from "./blank";

/** Names of variables whose values are secrets, although an object says them. */
const secretName = /passw|passphrase|secret|token|key|credential|cipher|database_url|dsn|auth/i;

/**
 * States of objects as JSON, without what says nothing to who helps, or too much: managed fields, what was applied last, digests of
 * secrets, and the values of variables whose names say that they are secret. What refers to a Secret stays a reference.
 * @param text answer of `kubectl get --output=json`
 */
export function objectsText(text: string): string {
  return `${JSON.stringify(cleaned(JSON.parse(text)), undefined, 1)}\n`;
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (["Secret", "ConfigMap"].includes(String(object["kind"])) && "data" in object)
    return { ...object, data: blanked };
  return Object.fromEntries(
    Object.entries(object)
      .filter(([key]) => key !== "managedFields" && key !== "caBundle")
      .map(([key, inner]) => [key, key === "annotations" ? annotations(inner) : cleaned(inner)])
      .map(([key, inner]) => [key, key === "value" && isSecretVariable(object) ? blanked : inner]),
  );
}

function isSecretVariable({ name, value }: Record<string, unknown>): boolean {
  return typeof name === "string" && typeof value === "string" && secretName.test(name);
}

function annotations(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key]) => key !== "kubectl.kubernetes.io/last-applied-configuration" && !key.startsWith("checksum/"),
    ),
  );
}
