import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { isMeant, qualified, shownTable, type TableName } from "../tableName";

/** A column, as far as it matters to its values. */
export interface Column {
  name: string;
  /** As SQL takes it, with its schema where it is none of PostgreSQL's own. */
  type: string;
  /** Whether the type, or that of its elements, is PostgreSQL's own. */
  builtIn: boolean;
  /** Type that a domain stands on, where that is PostgreSQL's own. */
  domainOf?: string;
  /** Labels, in their order, where it is an enum or an array of one. */
  labels?: string[];
  /** Collation that is not the type's own, as SQL takes it. */
  collation?: string;
  notNull: boolean;
  /** Computed from others: nobody may write it. */
  generated: boolean;
  /** `GENERATED ALWAYS AS IDENTITY`: values must be forced in. */
  always: boolean;
}

/** A table and its columns. */
export interface Table {
  schema: string;
  name: string;
  /** As in pg_class.relkind. */
  kind: string;
  columns: Column[];
  /** Columns of its primary key, in their order; empty where it has none. */
  key: string[];
}

/**
 * The table that is meant, in a database.
 * @returns undefined where there is none
 * @throws Failure where there are several, or it is a view
 */
export async function findTable(client: Client, wanted: TableName): Promise<Table | undefined> {
  const { rows } = await client.query<{ id: string; schema: string; name: string; kind: string }>(
    `select c.oid::text as id, n.nspname as schema, c.relname as name, c.relkind as kind
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relname = $1 and ($2::text is null or n.nspname = $2) and c.relkind in ('r', 'p', 'm', 'v', 'f')
        and n.nspname !~ '^(pg_|information_schema$|rescued_)' order by n.nspname`,
    [wanted.name, wanted.schema ?? null],
  );
  const found = rows.filter((row) => isMeant(wanted, row));
  const [table, ...others] = found;
  if (table === undefined) return undefined;
  if (others.length > 0)
    throw new Failure(
      `there are several tables of that name: ${found.map(shownTable).join(", ")}`,
      "name the one that is meant with its schema",
    );
  if (table.kind === "v" || table.kind === "f")
    throw new Failure(
      `${shownTable(table)} is a ${table.kind === "v" ? "view" : "foreign table"}, which has no rows of its own`,
      "name the table that has them",
    );
  const { schema, name, kind } = table;
  return {
    schema,
    name,
    kind,
    columns: await columnsOf(client, table.id),
    key: await keyOf(client, table.id),
  };
}

/** Tables whose names are like one that is not there, for messages. */
export async function namesLike(client: Client, { name }: TableName): Promise<string[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm') and not c.relispartition and lower(c.relname) = lower($1)
        and n.nspname !~ '^(pg_|information_schema$|rescued_)' order by 1, 2 limit 20`,
    [name],
  );
  return rows.map(shownTable);
}

async function columnsOf(client: Client, id: string): Promise<Column[]> {
  // Without a path each type that is not PostgreSQL's own is told with its schema.
  await client.query("select set_config('search_path', '', false)");
  const { rows } = await client.query<{
    name: string;
    type: string;
    built_in: boolean;
    domain_of: string | null;
    labels: string[] | null;
    collation: string | null;
    not_null: boolean;
    generated: boolean;
    always: boolean;
  }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, en.nspname = 'pg_catalog' as built_in,
        case when t.typtype = 'd' and bn.nspname = 'pg_catalog' then format_type(t.typbasetype, t.typtypmod) end as domain_of,
        (select array_agg(l.enumlabel::text order by l.enumsortorder) from pg_enum l where l.enumtypid = e.oid) as labels,
        case when a.attcollation <> 0 and a.attcollation <> t.typcollation
          then quote_ident(cn.nspname) || '.' || quote_ident(c.collname) end as collation,
        a.attnotnull as not_null, a.attgenerated <> '' as generated, a.attidentity = 'a' as always
      from pg_attribute a join pg_type t on t.oid = a.atttypid
        join pg_type e on e.oid = case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem else t.oid end
        join pg_namespace en on en.oid = e.typnamespace
        left join pg_type b on b.oid = t.typbasetype left join pg_namespace bn on bn.oid = b.typnamespace
        left join pg_collation c on c.oid = a.attcollation left join pg_namespace cn on cn.oid = c.collnamespace
      where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [id],
  );
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    builtIn: row.built_in,
    ...(row.domain_of === null ? {} : { domainOf: row.domain_of }),
    ...(row.labels === null ? {} : { labels: row.labels }),
    ...(row.collation === null ? {} : { collation: row.collation }),
    notNull: row.not_null,
    generated: row.generated,
    always: row.always,
  }));
}

async function keyOf(client: Client, id: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name from pg_constraint c, unnest(c.conkey) with ordinality as k (number, place)
        join pg_attribute a on a.attrelid = $1 and a.attnum = k.number
      where c.conrelid = $1 and c.contype = 'p' order by k.place`,
    [id],
  );
  return rows.map(({ name }) => name);
}

/** Rows and bytes of a table in a database that stands still. */
export async function measureTable(client: Client, table: Table): Promise<{ rows: number; bytes: number }> {
  const { rows } = await client.query<{ rows: string; bytes: string }>(
    `select (select count(*) from ${qualified(table)})::text as rows,
      (select coalesce(sum(pg_total_relation_size(relid)), pg_total_relation_size($1::regclass)) from pg_partition_tree($1::regclass))::text as bytes`,
    [qualified(table)],
  );
  return { rows: Number(rows[0]?.rows), bytes: Number(rows[0]?.bytes) };
}
