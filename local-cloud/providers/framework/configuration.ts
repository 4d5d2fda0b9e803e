import type { Properties } from "./provider";
import { decode, type Wire, type WireProperties } from "./wire";

/** Inputs of a provider as its definition sees them, without those that are the engine's own. */
export function providerInputs(sent: WireProperties): Properties {
  const own = Object.entries(sent).filter(([name]) => name !== "version" && !name.startsWith("__"));
  return decode(Object.fromEntries(own.map(([name, value]) => [name, unpack(value)])));
}

/** SDKs send everything but texts to a provider as JSON texts. Numbers stay texts: `0012` may be an account. */
function unpack(value: Wire): Wire {
  if (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    typeof value["value"] === "string"
  )
    return { ...value, value: unpack(value["value"]) };
  if (typeof value !== "string" || !/^\s*(?:[[{]|true\s*$|false\s*$)/.test(value)) return value;
  try {
    return JSON.parse(value) as Wire;
  } catch {
    return value;
  }
}
