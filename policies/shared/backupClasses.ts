/** A class of backup, as far as the bucket knows it. */
export interface StoredClass {
  /** Key prefix, with its slash at the end. */
  prefix: string;
  /** Days that a superseded or deleted backup stays restorable, at the least. */
  days: number;
  /** No backup, but what says something of one: it expires by its age. @default false */
  byAge?: boolean;
}

/** Classes that the rules look for unless they are configured otherwise. */
export const defaultClasses: Record<string, StoredClass> = {
  database: { prefix: "db/", days: 30 },
  wal: { prefix: "wal/", days: 7 },
  models: { prefix: "models/", days: 30 },
  config: { prefix: "config/", days: 90 },
  evidence: { prefix: "evidence/", days: 365, byAge: true },
};

/** Prefixes of the classes. */
export const defaultPrefixes: string[] = Object.values(defaultClasses).map(({ prefix }) => prefix);
