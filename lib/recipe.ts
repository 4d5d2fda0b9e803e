import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What a cached thing is made from: everything that changes it, and nothing else. */
export interface Recipe {
  name: string;
  version: string;
  /** Any JSON value: sources, options, checksums of input files. */
  inputs: unknown;
}

/** Hexadecimal digits of a hash that stand in file names and image tags. */
const DIGITS = 12;

/** Directory name of a recipe's result: `name-version-hash`. */
export function entryName(recipe: Recipe): string {
  return `${recipe.name}-${recipe.version}-${hashOf(recipe)}`;
}

/** Twelve hexadecimal digits that stand for a JSON value; the order of keys does not matter. */
export function hashOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => withSortedKeys(inner));
  return createHash("sha256").update(text).digest("hex").slice(0, DIGITS);
}

function withSortedKeys(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SHA-256 of some bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Path → SHA-256 of the files beneath a directory; empty when it does not exist.
 * @param counts tells which relative paths count @default all
 */
export function fileHashes(
  directory: string,
  counts: (path: string) => boolean = () => true,
): Record<string, string> {
  const paths = filesBeneath(directory).map((file) => relative(directory, file));
  return Object.fromEntries(
    paths.filter(counts).map((path) => [path, sha256(readFileSync(join(directory, path)))]),
  );
}

function filesBeneath(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
