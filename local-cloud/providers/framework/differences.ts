import { UNKNOWN, type Properties, type PropertyChange, type PropertyValue } from "./provider";

/** Names and indices from the root of the properties to one of them. */
export type Path = readonly (string | number)[];

/** A path as the engine writes it: `spec.containers[0].env["a.b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Steps of a path as the engine or a program writes it; `*` stands for any step. */
export function parsePath(text: string): (string | number)[] {
  return [...text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => {
      if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, "$1");
      if (index !== undefined) return index === "*" ? "*" : Number(index);
      return name ?? "";
    },
  );
}

/** Whether a path is the pattern's, or beneath it. */
export function isBeneath(path: Path, pattern: Path): boolean {
  return pattern.length <= path.length && overlaps(path, pattern);
}

/** Whether one of the two is the other, or above it. */
function overlaps(path: Path, pattern: Path): boolean {
  return pattern
    .slice(0, path.length)
    .every((step, index) => step === "*" || String(step) === String(path[index]));
}

/** Every smallest property in which two sets differ, with how it differs. */
export function differencesOf(old: Properties, now: Properties): Map<Path, "add" | "update" | "delete"> {
  const found = new Map<Path, "add" | "update" | "delete">();
  compare(old, now, [], found);
  return found;
}

function compare(
  old: PropertyValue | undefined,
  now: PropertyValue | undefined,
  path: Path,
  found: Map<Path, "add" | "update" | "delete">,
): void {
  if (old === now) return;
  if (old === undefined) found.set(path, "add");
  else if (now === undefined) found.set(path, "delete");
  else if (isContainer(old) && isContainer(now) && Array.isArray(old) === Array.isArray(now)) {
    for (const step of stepsOf(old, now))
      compare(memberOf(old, step), memberOf(now, step), [...path, step], found);
  } else found.set(path, "update");
}

type Container = PropertyValue[] | Properties;

function isContainer(value: PropertyValue): value is Container {
  return typeof value === "object" && value !== null;
}

function stepsOf(old: Container, now: Container): (string | number)[] {
  if (Array.isArray(old))
    return Array.from({ length: Math.max(old.length, lengthOf(now)) }, (_, index) => index);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])];
}

function lengthOf(value: Container): number {
  return Array.isArray(value) ? value.length : 0;
}

function memberOf(value: Container, step: string | number): PropertyValue | undefined {
  return Array.isArray(value) ? value[Number(step)] : value[step];
}

/** Whether two values are the same, also in depth. */
export function isSame(a: PropertyValue, b: PropertyValue): boolean {
  return differencesOf({ value: a }, { value: b }).size === 0;
}

/** Whether a value, or a part of it, is not known yet. */
export function containsUnknown(value: PropertyValue): boolean {
  if (value === UNKNOWN) return true;
  return isContainer(value) && Object.values(value).some(containsUnknown);
}

/**
 * Differences as a diff's changes.
 * @param replaces paths whose change, or that of anything beneath, replaces the resource; `*` stands for any step
 */
export function changesOf(
  differences: ReadonlyMap<Path, "add" | "update" | "delete">,
  replaces: readonly string[] = [],
): Record<string, PropertyChange> {
  const patterns = replaces.map(parsePath);
  return Object.fromEntries(
    [...differences].map(([path, kind]): [string, PropertyChange] => {
      // Something above an immutable part that comes or goes takes that part with it.
      const replace = patterns.some((pattern) => overlaps(path, pattern));
      return [formatPath(path), replace ? `${kind}-replace` : kind];
    }),
  );
}
