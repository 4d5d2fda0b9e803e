import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError, projectName } from "../config/config";
import { projectRoot } from "../lib/paths";
import type { Layer } from "../automation/layers";
import type { Options } from "./commandLine";
import { kitPath } from "./prepare";

/** The stacks that a command works on. */
export interface StackPlan {
  /** None where the object store is another's: its vault is a stack of its own. */
  vault: Layer | undefined;
  platform: Layer;
  kit: string;
  /** Whether cluster or object store are made on this machine. */
  embedded: boolean;
}

/** What becomes of a stack's values that only the engine can open. */
export type Encrypted = "refused" | "left out";

/**
 * What the command line and the stack's file in the checkout ask for; the command line wins.
 * @param encrypted left out where no program is run; @default refused
 * @throws ConfigError when the file holds secrets, or cannot be read
 */
export function stackPlan(
  options: Pick<Options, "stack" | "config" | "initialise">,
  encrypted?: Encrypted,
): StackPlan {
  const { stack, initialise } = options;
  const config = { ...fileConfig(stack, encrypted), ...options.config };
  const embeddedStore = (config["objectStore"] ?? "embedded") === "embedded";
  const kit = config["recoveryKit"] ?? kitPath(stack);
  return {
    kit,
    embedded: embeddedStore || (config["cluster"] ?? "embedded") === "embedded",
    vault: embeddedStore ? { stack: `${stack}-vault`, config: without(config, "recoveryKit") } : undefined,
    platform: {
      stack,
      config: {
        ...config,
        // Where the vault is another's, the secrets may come as configuration of the stack instead.
        ...(embeddedStore || existsSync(kit) ? { recoveryKit: kit } : {}),
        // Said in any case: a stack remembers what it was told, and the permit is for one up alone.
        initialise: initialise ? "true" : (config["initialise"] ?? "false"),
      },
    },
  };
}

function without(config: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
}

/**
 * Plain values of `Pulumi.<stack>.yaml` in the checkout, by key without namespace; none where there is no such file.
 * @throws ConfigError when it holds secrets that are refused
 */
export function fileConfig(
  stack: string,
  encrypted: Encrypted = "refused",
  directory = projectRoot,
): Record<string, string> {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(directory, name);
  if (!existsSync(path)) return {};
  const { config = {} } = (parse(readFileSync(path, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
        return [[key.replace(`${projectName}:`, ""), String(value)]];
      if (encrypted === "left out") return [];
      throw new ConfigError([
        `${key} in ${name} is encrypted or structured: put secrets into the recovery kit, or run plain pulumi in the environment of "npm run env"`,
      ]);
    }),
  );
}
