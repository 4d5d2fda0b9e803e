import { existsSync } from "node:fs";
import type { Config } from "../config/config";
import { checkConfig } from "./prepare";
import type { StackPlan } from "./stackPlan";

/**
 * Refuses what the program would refuse of a plan, before any of it is written into the settings of a stack. A platform whose
 * vault is made here can be checked once there is its recovery kit.
 * @returns configuration of the vault where that is made here, otherwise of the platform
 * @throws ConfigError; RecoveryKitError
 */
export function checkPlan({ vault, platform, kit, standIns }: StackPlan): Config {
  if (vault === undefined) return checkConfig({ ...standIns, ...platform.config });
  const checked = checkConfig({ ...standIns, ...vault.config, layer: "vault" });
  if (existsSync(kit)) checkConfig({ ...standIns, ...platform.config });
  return checked;
}
