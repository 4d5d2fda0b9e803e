import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { ConfigError } from "./configError";

/**
 * Content of a kubeconfig file.
 * @throws ConfigError when it cannot be read or names no cluster
 */
export function readKubeconfig(path: string): string {
  const refuse = (reason: string): ConfigError =>
    new ConfigError([
      `lstm-pfd:kubeconfig is "${path}": ${reason}; give the path of one with which kubectl works`,
    ]);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw refuse(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    throw refuse("it is not YAML");
  }
  const clusters = (content as { clusters?: unknown } | null)?.clusters;
  if (!Array.isArray(clusters) || clusters.length === 0) throw refuse("it names no cluster");
  return text;
}
