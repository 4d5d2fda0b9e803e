import { projectName } from "../config/config";
import { type ConfigKeyName, configKeys } from "../config/schema";
import { type RecoveryKit, readKit } from "./recoveryKit";

/**
 * Adds what the recovery kit holds to raw values. A key that is set to anything but its default wins over the kit.
 * @param raw values by full key, as in `lstm-pfd:bucket`
 * @throws RecoveryKitError, PassphraseError when there is a kit that cannot be opened
 */
export function withKit(raw: Readonly<Record<string, string>>): Record<string, string> {
  const path = raw[`${projectName}:recoveryKit`] ?? "";
  const kit: RecoveryKit = path === "" ? {} : readKit(path);
  const values = { ...raw };
  for (const [name, value] of Object.entries(kit)) {
    const key = `${projectName}:${name}`;
    const { default: byDefault } = configKeys[name as ConfigKeyName];
    if ((values[key] ?? String(byDefault)) === String(byDefault)) values[key] = value;
  }
  return values;
}
