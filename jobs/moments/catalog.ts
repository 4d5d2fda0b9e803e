import type { Client } from "pg";
import { pathFile, type RelationFile } from "./walRecord";

/** A table, or what else has files. */
export interface Relation {
  /** Number of the relation, which a rewrite does not change. */
  id: number;
  schema: string;
  name: string;
  /** As in pg_class.relkind. */
  kind: string;
  /** As in pg_class.relpersistence: `u` has no rows in the log, nor after a recovery. */
  persistence: string;
  /** The partitioned table that it is a part of, at the top; absent for others. */
  partitionOf?: { schema: string; name: string };
  /** Absent where it has no file. */
  file?: RelationFile;
  /** Rows as the planner has them; negative where nobody has counted. */
  estimatedRows: number;
}

/** What a database consisted of at one position of the log. */
export interface Catalog {
  /** The record that begins there is the last one that is in. */
  lsn: string;
  byFile: ReadonlyMap<RelationFile, Relation>;
  byId: ReadonlyMap<number, Relation>;
}

/** Reads the catalog of the database that a client is connected to, and the number of that. */
export async function readCatalog(
  client: Client,
  lsn: string,
): Promise<{ catalog: Catalog; database: number }> {
  const { rows } = await client.query<{
    id: string;
    schema: string;
    name: string;
    kind: string;
    persistence: string;
    path: string | null;
    top_schema: string | null;
    top_name: string | null;
    estimate: number;
  }>(`select c.oid::text as id, n.nspname as schema, c.relname as name, c.relkind as kind, c.relpersistence as persistence,
      pg_relation_filepath(c.oid) as path, tn.nspname as top_schema, t.relname as top_name, c.reltuples as estimate
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_class t on c.relispartition and c.relkind = 'r' and t.oid = pg_partition_root(c.oid)
      left join pg_namespace tn on tn.oid = t.relnamespace
    where c.relkind in ('r', 'p', 'm', 'i', 't', 'S')`);
  const number = await client.query<{ oid: string }>(
    "select oid::text from pg_database where datname = current_database()",
  );
  const relations = rows.map((row): Relation => {
    const file = row.path === null ? undefined : pathFile(row.path);
    return {
      id: Number(row.id),
      schema: row.schema,
      name: row.name,
      kind: row.kind,
      persistence: row.persistence,
      ...(row.top_schema === null || row.top_name === null
        ? {}
        : { partitionOf: { schema: row.top_schema, name: row.top_name } }),
      ...(file === undefined ? {} : { file }),
      estimatedRows: row.estimate,
    };
  });
  return { catalog: catalogOf(lsn, relations), database: Number(number.rows[0]?.oid) };
}

/** A catalog of relations. */
export function catalogOf(lsn: string, relations: readonly Relation[]): Catalog {
  return {
    lsn,
    byFile: new Map(
      relations.flatMap((relation) =>
        relation.file === undefined ? [] : [[relation.file, relation] as const],
      ),
    ),
    byId: new Map(relations.map((relation) => [relation.id, relation])),
  };
}

/** Whether a relation holds rows of a user's: a table or a materialised view, and none of PostgreSQL's own. */
export function isUsers({ schema, kind }: Relation): boolean {
  return ["r", "m"].includes(kind) && !/^(pg_|information_schema$)/.test(schema);
}
