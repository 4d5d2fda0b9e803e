import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";
import { ConfigError } from "./configError";
import { projectName } from "./schema";
import { changedByYaml } from "./yamlScalar";

/**
 * Settings with other values. Everything else stays as it was written: comments, order, quotes, line ends.
 * @param text of a `Pulumi.<stack>.yaml`
 * @param values key without namespace → value
 * @param name of the file, for the message
 * @returns the same text where it holds these values already
 * @throws ConfigError when the text is not YAML, or is written so that no line can be put into it
 */
export function withValues(text: string, values: Readonly<Record<string, string>>, name: string): string {
  let edited = text;
  for (const [key, value] of Object.entries(values))
    edited = withValue(edited, `${projectName}:${key}`, value, name);
  return edited;
}

function withValue(text: string, key: string, value: string, name: string): string {
  const document = parseDocument(text, { schema: "failsafe" });
  const [error] = document.errors;
  if (error !== undefined)
    throw new ConfigError([`${name} is not YAML: ${error.message.split("\n")[0] ?? ""}`]);
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  if (document.contents !== null && !isMap(document.contents)) throw unwritable(key, name);
  const config = document.get("config", true);
  const line = `  ${key}: ${scalar(value)}${end}`;
  if (config === undefined)
    return `${text}${text === "" || text.endsWith("\n") ? "" : end}config:${end}${line}`;
  if (isScalar(config) && config.source === "")
    return text.replace(/^config:[^\r\n]*(?:\r?\n|$)/m, (head) => `${head.trimEnd()}${end}${line}`);
  if (!isMap(config) || config.flow === true) throw unwritable(key, name);
  const pair = config.items.find((each) => keyOf(each) === key);
  return pair === undefined
    ? appended(text, config, key, value, end)
    : replaced(text, pair, key, value, name);
}

function replaced(text: string, { value: node }: Pair, key: string, value: string, name: string): string {
  if (!isScalar(node) || !node.range) throw unwritable(key, name);
  if (node.value === value) return text;
  const [start, stop] = node.range;
  const blank = start === stop && text[start - 1] === ":" ? " " : "";
  return `${text.slice(0, start)}${blank}${scalar(value)}${text.slice(stop)}`;
}

/** Behind the last of the map, before the comments that follow. */
function appended(text: string, config: YAMLMap, key: string, value: string, end: string): string {
  const last = config.items.at(-1);
  const first = config.items[0]?.key;
  const [start] = (isScalar(first) && first.range) || [0];
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const node = last?.value ?? last?.key;
  const stop = (isRanged(node) && node.range?.[1]) || text.length;
  const found = text.indexOf("\n", Math.max(stop - 1, 0));
  const [before, after] =
    found < 0 ? [`${text}${end}`, ""] : [text.slice(0, found + 1), text.slice(found + 1)];
  return `${before}${indent}${key}: ${scalar(value)}${end}${after}`;
}

function isRanged(node: unknown): node is { range?: [number, number, number] | null } {
  return typeof node === "object" && node !== null && "range" in node;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** Plain where YAML leaves it as it is, otherwise in quotes. */
function scalar(value: string): string {
  const plain = /^[\w./][\w./:@+-]*$/.test(value) && !value.endsWith(":") && !changedByYaml(value);
  return plain ? value : JSON.stringify(value);
}

function unwritable(key: string, name: string): ConfigError {
  return new ConfigError([
    `${key} in ${name} is written in a way that this command does not change: put it there by hand, as a line of its own below "config:"`,
  ]);
}

/**
 * Puts values into a file of settings, which is whole at any moment. A file that holds them already is not touched.
 * @param values key without namespace → value
 * @returns whether the file was written
 * @throws ConfigError as {@link withValues} does
 */
export function writeSettings(path: string, values: Readonly<Record<string, string>>): boolean {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = withValues(before, values, basename(path));
  if (after === before) return false;
  const aside = `${path}.${randomUUID()}`;
  try {
    const mode = existsSync(path) ? statSync(path).mode & 0o777 : 0o644;
    writeFileSync(aside, after, { mode, flush: true });
    renameSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
  return true;
}
