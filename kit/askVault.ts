import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { type FitAnswer, type KeyAnswer, type KitAnswer } from "../plan/doctor/facts";
import { refusalOf } from "../plan/doctor/refusedKeys";
import { repositoryRoles } from "../plan/names";
import { holdToVault } from "./keepInVault";
import type { RecoveryKit } from "./kit";
import { openVault, type VaultAccess } from "./openVault";
import { platformRecord } from "./platformRecord";
import { readKitFile, RecoveryKitError } from "./recoveryKit";
import type { VaultAddress } from "./vaultAddress";
import { vaultOf } from "./vaultOf";

type Settings = Readonly<Record<string, string>>;

/** Asks a vault for its kit, with certain keys. @throws Error of the vault when it refuses, or does not answer */
export type AskForKit = (at: VaultAddress, access: VaultAccess) => Promise<void>;

/**
 * What the object store says to each role's keys; where pods have roles of their own, to the credentials of this machine.
 * @param config of the stack, key without namespace → value
 * @param values of its kit
 * @param askForKit replaced by tests
 * @throws Error when the store does not say whether it knows the keys
 */
export async function askKeys(
  config: Settings,
  values: RecoveryKit,
  askForKit: AskForKit = readThere,
): Promise<KeyAnswer[]> {
  const asked = repositoryRoles.map((role) => ({ who: role, ...vaultOf(config, values, role) }));
  const withKeys = asked.filter(({ access }) => access.keys !== undefined);
  const [first] = asked;
  const wanted = withKeys.length > 0 || first === undefined ? withKeys : [{ ...first, who: "environment" }];
  return Promise.all(
    wanted.map(async ({ who, at, access }) => {
      try {
        await askForKit(at, access);
        return { who };
      } catch (error) {
        const [refused = ""] = (error as Error).message.split("; check that address");
        const kind = refusalOf(refused);
        // Nobody has said anything against the keys.
        if (kind === "other" || kind === "no credentials") throw error;
        return { who, refused };
      }
    }),
  );
}

async function readThere(at: VaultAddress, access: VaultAccess): Promise<void> {
  const bucket = await openVault(at, access);
  try {
    await bucket.read();
  } finally {
    bucket.close();
  }
}

/** The stack whose kit is looked at. */
export interface KitPlan {
  path: string;
  stack: string;
  config: Settings;
  /** Keys with values that only the engine can open. */
  leftOut: readonly string[];
  /** This machine has settings of the stack. */
  hasSettings: boolean;
}

/**
 * Whether the recovery kit on this machine opens, and whether it knows the settings that are in force.
 * @throws PassphraseError when there is no passphrase to open it with
 */
export function askKit({ path, stack, config, leftOut, hasSettings }: KitPlan): KitAnswer {
  try {
    const { platform } = readKitFile(path);
    if (!hasSettings || platform?.stack !== stack) return { path, otherwise: [] };
    const { settings } = platformRecord(stack, config, leftOut, {});
    const keys = [...new Set([...Object.keys(settings), ...Object.keys(platform.settings)])].sort();
    return {
      path,
      otherwise: keys.filter((key) => !isDeepStrictEqual(settings[key], platform.settings[key])),
    };
  } catch (error) {
    if (!(error instanceof RecoveryKitError)) throw error;
    return { path, fault: faultOf(error), otherwise: [] };
  }
}

/**
 * Whether the kit on this machine is of its vault, and the newest one there.
 * @param hold replaced by tests
 * @throws Error when the vault does not say
 */
export async function askFit(path: string, config: Settings, hold = holdToVault): Promise<FitAnswer> {
  if (!existsSync(path)) throw new Error("there is no recovery kit on this machine");
  try {
    const { fits, said } = await hold(path, config);
    const notKnown = said.find((line) => line.includes("IS NOT KNOWN"));
    if (!fits && notKnown !== undefined) throw new Error(notKnown);
    return {};
  } catch (error) {
    if (!(error instanceof RecoveryKitError)) throw error;
    return { fault: faultOf(error) };
  }
}

function faultOf({ fault, reason, remedy }: RecoveryKitError): NonNullable<KitAnswer["fault"]> {
  return { kind: fault, reason, remedy };
}
