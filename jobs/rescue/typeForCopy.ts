import type { Client } from "pg";
import type { Column } from "./tables";

/** What a database knows of a type: labels where it is an enum. */
export interface KnownType {
  labels: readonly string[] | undefined;
}

/**
 * The type that a column of the copy has in the living database: its own where that takes every value, what a domain stands on, or text.
 * @param known what the living database has under the name of the type; undefined for nothing
 */
export function typeForCopy(
  { type, builtIn, domainOf, labels }: Column,
  known: KnownType | undefined,
): string {
  if (builtIn) return type;
  if (domainOf !== undefined) return domainOf;
  if (known === undefined) return "text";
  if (labels !== undefined && !labels.every((label) => known.labels?.includes(label) === true)) return "text";
  return labels === undefined && known.labels !== undefined ? "text" : type;
}

/** Asks a database for a type by its name. */
export async function knownType(client: Client, type: string): Promise<KnownType | undefined> {
  const { rows } = await client.query<{ known: boolean; labels: string[] | null }>(
    `select t.oid is not null as known,
        (select array_agg(l.enumlabel::text order by l.enumsortorder) from pg_enum l
          where l.enumtypid = case when t.typcategory = 'A' then t.typelem else t.oid end) as labels
      from (select to_regtype($1) as id) as asked left join pg_type t on t.oid = asked.id`,
    [type],
  );
  const [row] = rows;
  return row?.known === true ? { labels: row.labels ?? undefined } : undefined;
}
