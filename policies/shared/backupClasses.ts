/** A class of backup, as far as the bucket knows it. */
export interface StoredClass {
  /** Key prefix, with its slash at the end. */
  prefix: string;
  /** Days that a superseded or deleted backup stays restorable, at the least. */
  days: number;
}

/** Classes that the rules look for unless they are configured otherwise. */
export const defaultClasses: Record<string, StoredClass> = {
  database: { prefix: "db/", days: 30 },
  wal: { prefix: "wal/", days: 7 },
  models: { prefix: "models/", days: 30 },
  config: { prefix: "config/", days: 90 },
};

/** Prefixes of the classes. */
export const defaultPrefixes: string[] = Object.values(defaultClasses).map(({ prefix }) => prefix);
