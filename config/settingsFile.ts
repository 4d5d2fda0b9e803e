import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { isAlias, isMap, isScalar, parseDocument } from "yaml";
import { ConfigError } from "./configError";
import type { ConfigKey } from "./key";
import { configKeys, projectName } from "./schema";
import { changedByYaml } from "./yamlScalar";

/** One value in a `Pulumi.<stack>.yaml`. */
export interface Setting {
  /** Without namespace where it is this project's, as in `bucket`; otherwise with it, as in `aws:region`. */
  key: string;
  /** As it was written; empty where it is not plain. */
  text: string;
  /** Encrypted: only the engine opens it. Structured: a list or a map. Changed: without quotes, YAML makes another value of it. */
  kind: "plain" | "encrypted" | "structured" | "changed";
}

/**
 * The values of a stack's settings as they were written, whatever YAML would make of them.
 * @returns none where there is no such file
 * @throws ConfigError when it is not YAML
 */
export function readSettings(path: string): Setting[] {
  if (!existsSync(path)) return [];
  // To the failsafe schema every scalar is a text.
  const document = parseDocument(readFileSync(path, "utf8"), { schema: "failsafe" });
  const [error] = document.errors;
  if (error !== undefined)
    throw new ConfigError([`${basename(path)} is not YAML: ${error.message.split("\n")[0] ?? ""}`]);
  const config = document.get("config");
  if (!isMap(config)) return [];
  return config.items.map(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : key).replace(new RegExp(`^${projectName}:`), "");
    const node = isAlias(value) ? value.resolve(document) : value;
    if (isMap(node) && node.has("secure")) return { key: name, text: "", kind: "encrypted" };
    if (!isScalar(node)) return { key: name, text: "", kind: "structured" };
    const text = typeof node.value === "string" ? node.value : "";
    const tagged = node.tag !== undefined && node.tag !== "tag:yaml.org,2002:str";
    const changed =
      tagged || (node.tag === undefined && node.type === "PLAIN" && (text === "" || changedByYaml(text)));
    return { key: name, text, kind: changed ? "changed" : "plain" };
  });
}

/**
 * Refuses values that YAML would change, instead of taking either.
 * @param name of the file, for the message
 * @throws ConfigError that names key, file and value; of a secret only that it is one
 */
export function refuseChanged(settings: readonly Setting[], name: string): void {
  const problems = settings
    .filter(({ kind }) => kind === "changed")
    .map(({ key, text }) => {
      const where = `${key.includes(":") ? key : `${projectName}:${key}`} in ${name}`;
      if (text === "") return `${where} is empty: write "" for an empty value, or leave the line out`;
      const value = isSecret(key) ? "a secret" : text;
      return `${where} is ${value} without quotes, and YAML makes another value of it: quote it${isSecret(key) ? "" : `, as in "${text}"`}`;
    });
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Whether a key's value must not be shown. */
export function isSecret(key: string): boolean {
  return (configKeys as Readonly<Record<string, ConfigKey>>)[key]?.secret ?? false;
}
