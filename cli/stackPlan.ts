import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Layer } from "../automation/layers";
import { type OwnSettings, ownSettings, type Settings } from "../automation/ownSettings";
import { settingsDirectory } from "../automation/settingsDirectory";
import { ConfigError, projectName } from "../config/config";
import { readSettings, refuseChanged } from "../config/settingsFile";
import { projectRoot } from "../lib/paths";
import { standInsFor } from "./standIns";
import type { Options } from "./commandLine";
import { kitPath } from "./ownKit";

/** The stacks that a command works on. */
export interface StackPlan {
  /** None where the object store is another's: its vault is a stack of its own. */
  vault: Layer | undefined;
  platform: Layer;
  kit: string;
  /** Whether cluster or object store are made on this machine. */
  embedded: boolean;
  /** What is in force only because the stacks' own settings hold it, from an earlier command. */
  remembered: Settings;
  /** Stand for what only the engine can open in the stacks' own settings, wherever the rest is checked. */
  standIns: Settings;
}

/** What becomes of a stack's values that only the engine can open. */
export type Encrypted = "refused" | "left out";

/** Said by each command anew, and never remembered: what a stack is, and a permit for one up alone. */
const neverRemembered = ["layer", "initialise"];

/**
 * What a command is asked for. The command line wins over what the stacks' own settings hold from earlier ones, that over the
 * stack's file in the checkout.
 * @param encrypted left out where no program is run; @default refused
 * @throws ConfigError when a file holds secrets, or values that YAML changes, or cannot be read
 */
export function stackPlan(
  options: Pick<Options, "stack" | "config" | "initialise"> & { forget?: readonly string[] },
  encrypted?: Encrypted,
): StackPlan {
  const { stack, initialise, forget = [] } = options;
  const vault = `${stack}-vault`;
  const file = fileConfig(stack, encrypted);
  // An earlier version has left no note of what it copied: the file as it is, and the path of the kit.
  const own = [vault, stack].map((name) =>
    kept(ownSettings(settingsDirectory(name), name, { ...file, recoveryKit: kitPath(stack) }), forget),
  );
  const ownValues = Object.fromEntries(own.flatMap(({ values }) => Object.entries(values)));
  const given = { ...ownValues, ...options.config };
  const config = { ...file, ...given };
  const embeddedStore = (config["objectStore"] ?? "embedded") === "embedded";
  const kit = config["recoveryKit"] ?? kitPath(stack);
  const ofPlatform = {
    ...config,
    // Where the vault is another's, the secrets may come as configuration of the stack instead.
    ...(embeddedStore || existsSync(kit) ? { recoveryKit: kit } : {}),
    // Said in any case: a stack remembers what it was told, and the permit is for one up alone.
    initialise: initialise ? "true" : (config["initialise"] ?? "false"),
  };
  const layer = (name: string, values: Record<string, string>): Layer => ({
    stack: name,
    config: values,
    copied: without(values, ...Object.keys(given).filter((key) => !neverRemembered.includes(key))),
    forget,
  });
  return {
    kit,
    embedded: embeddedStore || (config["cluster"] ?? "embedded") === "embedded",
    vault: embeddedStore ? layer(vault, without(config, "recoveryKit")) : undefined,
    platform: layer(stack, ofPlatform),
    remembered: Object.fromEntries(
      Object.entries(ownValues).filter(([key, value]) => !(key in options.config) && file[key] !== value),
    ),
    standIns: standInsFor(own.flatMap((each) => each.encrypted).filter((key) => !(key in given))),
  };
}

/** Whether this machine has anything that was set for a stack: its file in the checkout, or what earlier commands were given. */
export function hasSettings(stack: string): boolean {
  const name = `Pulumi.${stack}.yaml`;
  return [projectRoot, settingsDirectory(stack)].some((directory) => existsSync(join(directory, name)));
}

function kept({ values, encrypted }: OwnSettings, forget: readonly string[]): OwnSettings {
  return {
    values: without(values, ...neverRemembered, ...forget),
    encrypted: encrypted.filter((key) => !forget.includes(key)),
  };
}

function without(config: Settings, ...keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !keys.includes(name)));
}

/**
 * Plain values of `Pulumi.<stack>.yaml` in the checkout, as they were written; none where there is no such file.
 * @returns by key without namespace, or a foreign one with it
 * @throws ConfigError when it holds secrets that are refused, a list or a map, or a value that YAML changes
 */
export function fileConfig(
  stack: string,
  encrypted: Encrypted = "refused",
  directory = projectRoot,
): Record<string, string> {
  return checkoutFile(stack, encrypted, directory).values;
}

/**
 * As {@link fileConfig}, with stand-ins for encrypted values.
 * @returns the keys that have one too
 */
export function fileConfigWithStandIns(
  stack: string,
  directory = projectRoot,
): { values: Record<string, string>; standIns: string[] } {
  const { values, encrypted } = checkoutFile(stack, "left out", directory);
  return { values: { ...standInsFor(encrypted), ...values }, standIns: encrypted };
}

function checkoutFile(
  stack: string,
  encrypted: Encrypted,
  directory: string,
): { values: Record<string, string>; encrypted: string[] } {
  const name = `Pulumi.${stack}.yaml`;
  const settings = readSettings(join(directory, name));
  refuseChanged(settings, name);
  const problems = settings.flatMap(({ key, kind }) => {
    const full = key.includes(":") ? key : `${projectName}:${key}`;
    if (kind === "structured")
      return [
        key.includes(":")
          ? `${full} in ${name} is a list or a map, which these commands do not pass on: set it on the stack by "pulumi config set --path", in the environment of "npm run env"`
          : `${full} in ${name} is a list or a map: each key of this project takes one value`,
      ];
    return kind === "encrypted" && encrypted === "refused"
      ? [
          `${full} in ${name} is encrypted, and only the stack that it was encrypted for can open it: put secrets into the recovery kit, or run plain pulumi in the environment of "npm run env"`,
        ]
      : [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const of = (kind: "plain" | "encrypted") => settings.filter((setting) => setting.kind === kind);
  return {
    values: Object.fromEntries(of("plain").map(({ key, text }) => [key, text])),
    encrypted: of("encrypted").map(({ key }) => key),
  };
}
