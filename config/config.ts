import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./configError";
import { contradictions } from "./rules";
import { type ConfigKeyName, configKeys, projectName } from "./schema";
import { readSettings, refuseChanged } from "./settingsFile";
import { type Config, shaped } from "./shape";
import { Texts } from "./texts";
import { typedValues } from "./values";

export { type Config, ConfigError, type ConfigKeyName, projectName };

/**
 * Configuration of the running stack.
 * @param complete adds what comes from elsewhere to raw values by full key: what a recovery kit holds
 * @throws ConfigError, and what `complete` throws
 */
export function loadConfig(complete: (raw: Record<string, string>) => Record<string, string>): Config {
  const settings = { directory: pulumi.runtime.getRootDirectory(), stack: pulumi.getStack() };
  return parseConfig(complete(withoutUnset(pulumi.runtime.allConfig(), settings)));
}

/**
 * What the engine hands over, without the defaults of Pulumi.yaml that it adds for keys that nobody has set. It has parsed the
 * stack's settings already: what YAML made another value of is only seen in the file.
 * @param settings where the file `Pulumi.<stack>.yaml` is; where there is none, all is taken as it is
 * @throws ConfigError when YAML has changed a value of this project
 */
export function withoutUnset(
  raw: Readonly<Record<string, string>>,
  { directory, stack }: { directory: string; stack: string },
): Record<string, string> {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(directory, name);
  if (!existsSync(path)) return { ...raw };
  const own = readSettings(path).filter(({ key }) => !key.includes(":"));
  refuseChanged(own, name);
  const unset = Object.entries(configKeys)
    .filter(([key]) => !own.some((setting) => setting.key === key))
    .map(([key, { default: byDefault }]) => [`${projectName}:${key}`, String(byDefault)]);
  const defaults = new Map(unset as [string, string][]);
  return Object.fromEntries(Object.entries(raw).filter(([key, value]) => defaults.get(key) !== value));
}

/**
 * Values by full key, as the engine has them. Keys of other namespaces, as `aws:region`, have theirs already.
 * @param config values by key without namespace
 */
export function qualified(config: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${projectName}:${key}`, value]),
  );
}

/**
 * Checks raw values and makes them typed. Pure, so that the command line can refuse bad input before the engine starts.
 * @param raw values by full key, as in `lstm-pfd:bucket`; keys of other namespaces are left alone
 * @throws ConfigError that lists all problems at once
 */
export function parseConfig(raw: Readonly<Record<string, string>>): Config {
  const texts = Texts.of(raw);
  const config = shaped(typedValues(texts));
  const problems = contradictions(texts, config);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${projectName}:${problem}`));
  return config;
}
