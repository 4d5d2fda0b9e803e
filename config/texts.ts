import { type ConfigKeyName, configKeys, projectName } from "./schema";

/** What a stack is told, as text: by key without namespace, defaults where nothing is said. */
export class Texts {
  /** @param given values by key without namespace */
  constructor(readonly given: ReadonlyMap<string, string>) {}

  /** Of raw values by full key; those of other namespaces are left out. */
  static of(raw: Readonly<Record<string, string>>): Texts {
    const prefix = `${projectName}:`;
    const own = Object.entries(raw).filter(([key]) => key.startsWith(prefix));
    return new Texts(new Map(own.map(([key, value]) => [key.slice(prefix.length), value])));
  }

  /** The text of a key, or its default. */
  text(name: ConfigKeyName): string {
    return this.given.get(name) ?? String(configKeys[name].default);
  }

  isEmpty(name: ConfigKeyName): boolean {
    return this.text(name) === "";
  }

  /** How a message begins that misses a value: set to nothing, or not set at all. */
  missing(name: ConfigKeyName): string {
    return `${name} is ${this.given.get(name) === "" ? "empty" : "not set"}`;
  }

  /** @returns a message for each of these that has no value */
  needed(what: string, names: readonly ConfigKeyName[]): string[] {
    return names
      .filter((name) => this.isEmpty(name))
      .map((name) => `${this.missing(name)}: ${what} needs it`);
  }
}
