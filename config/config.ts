import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "./configError";
import { contradictions } from "./rules";
import { type ConfigKeyName, projectName } from "./schema";
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
  return parseConfig(complete(pulumi.runtime.allConfig()));
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
