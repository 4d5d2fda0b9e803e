import type { Layer } from "../automation/layers";
import type { Options } from "./commandLine";
import { fileConfig } from "./stackPlan";

/** Stands for what a recovery kit holds: a preview needs that it is there, not what it is. */
const standIns = {
  repositoryCipherPass: "of the kit",
  dbPassword: "of the kit",
  jwtSecret: "of the kit",
  secretKey: "of the kit",
};

/**
 * Vault and platform as their files in the checkout say; the command line wins, for both.
 * @throws ConfigError when a file holds secrets
 */
export function offlineLayers({ stack, config }: Pick<Options, "stack" | "config">): Layer[] {
  const vault = `${stack}-vault`;
  return [
    { stack: vault, config: { ...fileConfig(vault), ...config, layer: "vault" } },
    { stack, config: { ...standIns, ...fileConfig(stack), ...config, layer: "platform" } },
  ];
}
