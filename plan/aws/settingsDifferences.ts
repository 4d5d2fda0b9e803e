/** Settings of something at AWS, by the name that a message gives each. */
export type Settings = ReadonlyMap<string, unknown>;

/** What stands for the value of a setting that could not be read. */
export class Unknown {
  /** @param why as the one who was asked has said it */
  constructor(readonly why: string) {}
}

/** A setting that is not as the program would make it. */
export interface Difference {
  name: string;
  /** As it is, as text. */
  is: string;
  /** As the program would make it, as text. */
  wanted: string;
}

/**
 * Where settings differ. What could not be read differs from everything. The order of keys, and of texts in a list, means
 * nothing at AWS; a list of one is the same as the one.
 * @param found as they are; a key that is {@link Unknown} stands for all whose names begin with it
 * @param wanted as the program would make them
 */
export function settingsDifferences(found: Settings, wanted: Settings): Difference[] {
  const unread = [...found].flatMap(([name, value]) =>
    value instanceof Unknown ? [[name, value] as const] : [],
  );
  const covered = (name: string): boolean => unread.some(([prefix]) => name.startsWith(prefix));
  const names = new Set([...found.keys(), ...wanted.keys()]);
  return [
    ...unread.map(([name, { why }]) => ({
      name: name.trim(),
      is: `unknown (${why})`,
      wanted:
        [...wanted]
          .filter(([each]) => each.startsWith(name))
          .map(([each, value]) =>
            each === name ? shown(value) : `${each.slice(name.length).trim()} ${shown(value)}`,
          )
          .join(", ") || "none",
    })),
    ...[...names]
      .filter((name) => !covered(name))
      .map((name) => ({ name, is: shown(found.get(name)), wanted: shown(wanted.get(name)) }))
      .filter(({ is, wanted: other }) => is !== other),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same text for what means the same. */
function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(canonical(value));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 1) return canonical(value[0]);
    const all = value.map(canonical);
    return all.every((each) => typeof each === "string") ? all.sort() : all;
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}
