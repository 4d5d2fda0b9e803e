import type { Client } from "pg";
import { queryValue } from "./temporaryServer";

/**
 * An order of text that a database uses, and that a library outside of PostgreSQL defines: with another version of it, indexes that were
 * built by the old one are wrong without a word.
 * @see https://www.postgresql.org/docs/15/sql-altercollation.html#SQL-ALTERCOLLATION-NOTES
 */
export interface CollationInUse {
  provider: "icu" | "libc";
  /** As the provider names it: `de-x-icu` is `de`. */
  locale: string;
  /** Version that the database has noted: indexes were built with it. Null where it has noted none. */
  recorded: string | null;
  /** Version that the server had, which is what it wrote into them. Null where that tells none. */
  actual: string | null;
}

/** First PostgreSQL that notes the version of a database's own collation. */
const VERSIONS_SINCE = 150_000;

/**
 * What the connected database uses: its own collation, and those of columns, indexes and other objects. What has no version is left out:
 * `C`, `POSIX` and `C.UTF-8` are compared byte by byte, and PostgreSQL's own provider does not change within a major version.
 * Objects depend on what is in pg_depend, but for collations that are pinned: those only show in their columns.
 * @see https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/pg_locale.c get_collation_actual_version
 */
const IN_USE = `
  with used as (
    select datlocprovider as provider,
      coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', datcollate) as locale,
      datcollversion as recorded, pg_database_collation_actual_version(oid) as actual
    from pg_database d where datname = current_database()
    union
    select collprovider, coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', collcollate),
      collversion, pg_collation_actual_version(oid)
    from pg_collation c where oid in (
      select refobjid from pg_depend where refclassid = 'pg_collation'::regclass
      union select attcollation from pg_attribute)
  )
  select coalesce(json_agg(json_build_object('provider', case provider when 'i' then 'icu' else 'libc' end,
    'locale', locale, 'recorded', recorded, 'actual', actual) order by provider desc, locale, recorded), '[]')
  from used where provider in ('c', 'i') and coalesce(recorded, actual) is not null`;

/** Opens a connection to a database of a server, as superuser. */
export type Connect = (database: string) => Promise<Client>;

/**
 * What the databases of a server use, each thing once.
 * @param client connection to any of them
 * @returns undefined before PostgreSQL 15, which does not note it all
 */
export async function collationsInUse(
  client: Client,
  connect: Connect,
): Promise<CollationInUse[] | undefined> {
  const found = new Map<string, CollationInUse>();
  for (const database of await openDatabases(client)) {
    const used = await on(connect, database, usedBy);
    if (used === undefined) return undefined;
    for (const each of used) found.set(JSON.stringify(each), each);
  }
  return [...found.values()];
}

async function usedBy(client: Client): Promise<CollationInUse[] | undefined> {
  // Somebody may hold a catalog locked, for as long as he likes.
  await client.query("set lock_timeout = '60s'");
  if (Number(await queryValue(client, "show server_version_num")) < VERSIONS_SINCE) return undefined;
  return JSON.parse((await queryValue(client, `select (${IN_USE})::text`)) ?? "[]") as CollationInUse[];
}

/**
 * Names of the databases that allow connections: all but `template0`, which holds nothing that is sorted, and what is left of one whose removal
 * was cut short.
 * @see https://www.postgresql.org/docs/15/sql-dropdatabase.html
 */
export async function openDatabases(client: Client): Promise<string[]> {
  const names =
    "select json_agg(datname order by datname)::text from pg_database where datallowconn and datconnlimit <> -2";
  return JSON.parse((await queryValue(client, names)) ?? "[]") as string[];
}

/** Works with a connection to one database, and closes it. */
export async function on<T>(
  connect: Connect,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Whether a value of a record is what was written by {@link collationsInUse}. */
export function areCollations(value: unknown): value is CollationInUse[] {
  return Array.isArray(value) && value.every(isCollation);
}

function isCollation(value: unknown): value is CollationInUse {
  if (typeof value !== "object" || value === null) return false;
  const { provider, locale, recorded, actual } = value as Partial<CollationInUse>;
  return (
    (provider === "icu" || provider === "libc") &&
    typeof locale === "string" &&
    [recorded, actual].every((version) => version === null || typeof version === "string")
  );
}

/** Collations as a line of the log tells them. */
export function describeCollations(collations: readonly CollationInUse[]): string {
  const told = collations.map(
    ({ provider, locale, recorded, actual }) =>
      `${provider} ${recorded ?? "of unknown version"} (${locale}${actual === recorded ? "" : `, served with ${actual ?? "none"}`})`,
  );
  return told.join(", ") || "none that has a version";
}
