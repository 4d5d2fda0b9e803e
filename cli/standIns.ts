import type { ConfigKey } from "../config/key";
import { configKeys } from "../config/schema";

/**
 * Values that keep the rules, in place of those that only the engine can open.
 * @param keys without namespace; foreign ones get none
 */
export function standInsFor(keys: readonly string[]): Record<string, string> {
  const known: Readonly<Record<string, ConfigKey>> = configKeys;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const standIn = known[key]?.standIn;
      return standIn === undefined ? [] : [[key, standIn]];
    }),
  );
}
