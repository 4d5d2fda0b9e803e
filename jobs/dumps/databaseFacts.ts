import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { type DumpManifest, type RowsByTable, tableKey } from "./dumpManifest";

/** What is known of a database at the moment of its snapshot. */
export type DatabaseFacts = Pick<
  DumpManifest,
  | "takenAt"
  | "serverVersion"
  | "systemId"
  | "walPosition"
  | "encoding"
  | "databaseBytes"
  | "largeObjects"
  | "extensions"
  | "roles"
>;

/** A moment that a dump is taken of: as long as the connection lasts, others can look at it too. */
export interface Snapshot {
  /** Name by which pg_dump takes it. */
  id: string;
  facts: DatabaseFacts;
}

/** What belongs to the user: neither the server's nor an extension's own. */
const OWN = `namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
  and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = relation.oid and deptype = 'e')`;

/**
 * Begins a transaction that sees one moment, and lets others see it.
 * @throws Failure when the database does not answer
 */
export async function beginSnapshot(client: Client): Promise<Snapshot> {
  return answered(async () => {
    await client.query("begin transaction isolation level repeatable read read only");
    await client.query("set local statement_timeout = 0");
    await client.query("set local idle_in_transaction_session_timeout = 0");
    const { rows } = await client.query<DatabaseFacts>(`select
      to_char(transaction_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "takenAt",
      split_part(current_setting('server_version'), ' ', 1) as "serverVersion",
      (select system_identifier::text from pg_control_system()) as "systemId",
      pg_current_wal_lsn()::text as "walPosition",
      (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as "encoding",
      pg_database_size(current_database())::float8 as "databaseBytes",
      (select count(*)::float8 from pg_largeobject_metadata) as "largeObjects",
      array(select extname::text from pg_extension order by 1) as "extensions",
      array(select rolname::text from pg_roles where oid in (
        select refobjid from pg_shdepend where refclassid = 'pg_authid'::regclass
          and (dbid = (select oid from pg_database where datname = current_database())
            or (classid = 'pg_database'::regclass and objid = (select oid from pg_database where datname = current_database())))
      ) order by 1) as "roles"`);
    const [facts] = rows;
    const exported = await client.query<{ id: string }>("select pg_export_snapshot() as id");
    const id = exported.rows[0]?.id;
    if (facts === undefined || id === undefined) throw new Error("it told nothing of itself");
    return { id, facts };
  });
}

/**
 * Counts the rows of every table of the user, in all schemas, each by itself: of a table that others inherit from, its own. What the
 * transaction sees is counted, if there is one.
 * @throws Failure when the database does not answer
 */
export async function countTables(client: Client): Promise<DumpManifest["tables"]> {
  return answered(async () => {
    const { rows } = await client.query<{ schema: string; name: string; quoted: string; size: string }>(
      `select namespace.nspname as schema, relation.relname as name,
          format('%I.%I', namespace.nspname, relation.relname) as quoted, pg_total_relation_size(relation.oid) as size
        from pg_class relation join pg_namespace namespace on namespace.oid = relation.relnamespace
        where relation.relkind = 'r' and relation.relpersistence <> 't' and ${OWN} order by 1, 2`,
    );
    const tables: DumpManifest["tables"] = [];
    for (const { schema, name, quoted, size } of rows) {
      const counted = await client.query<{ count: string }>(`select count(*) from only ${quoted}`);
      tables.push({
        name: tableKey(schema, name),
        rows: Number(counted.rows[0]?.count),
        sizeBytes: Number(size),
      });
    }
    return tables;
  });
}

/** Tables of extensions with rows of the user, which are in a dump and are not counted. */
export async function extensionTables(client: Client): Promise<string[]> {
  return answered(async () => {
    const { rows } = await client.query<{ schema: string; name: string }>(
      `select namespace.nspname as schema, relation.relname as name from pg_extension
        cross join unnest(extconfig) as configured (oid) join pg_class relation on relation.oid = configured.oid
        join pg_namespace namespace on namespace.oid = relation.relnamespace`,
    );
    return rows.map(({ schema, name }) => tableKey(schema, name));
  });
}

/** Rows of what the application has: the heartbeat is ours. */
export function applicationRows(rows: Readonly<RowsByTable>): RowsByTable {
  return Object.fromEntries(Object.entries(rows).filter(([table]) => !table.startsWith("recovery.")));
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new Failure(`the database did not answer: ${reasonOf(error)}`, "look at the server's log lines");
  }
}
