import { ConfigError } from "./configError";
import type { ConfigKey } from "./key";
import { configKeys, projectName, type Values } from "./schema";
import type { Texts } from "./texts";
import { shown } from "../plan/rule";

/**
 * Each key by itself: its text, or its default, made typed.
 * @throws ConfigError that names each key at fault, its value and the rule; of a secret only that it is one
 */
export function typedValues(texts: Texts): Values {
  const problems = [...texts.given.keys()]
    .filter((name) => !(name in configKeys))
    .map((name) => `${projectName}:${name} is not a configuration key; docs/configuration.md lists them all`);
  const values = Object.entries<ConfigKey>(configKeys).map(([name, key]) => {
    const text = texts.given.get(name) ?? String(key.default);
    try {
      return [name, key.parse(text)] as const;
    } catch (error) {
      const value = key.secret && text !== "" ? "a secret" : shown(text);
      problems.push(`${projectName}:${name} is ${value}: ${(error as Error).message}`);
      return [name, undefined] as const;
    }
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(values) as Values;
}
