import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import type { Facts } from "../../plan/evidence";
import { NotRehearsed } from "./steps";

/** So many damaged indexes are named; the rest is counted. */
const NAMED = 3;

/** All B-tree indexes that can be checked, as the manual of amcheck finds them. */
const ofBtrees = `select class.oid::text as oid, format('%I.%I', namespace.nspname, class.relname) as name
  from pg_index index join pg_class class on class.oid = index.indexrelid
    join pg_namespace namespace on namespace.oid = class.relnamespace
    join pg_am method on method.oid = class.relam
  where method.amname = 'btree' and class.relkind = 'i' and class.relpersistence <> 't'
    and index.indisready and index.indisvalid
  order by 2`;

const ofOthers = `select count(*) as count from pg_class class join pg_am method on method.oid = class.relam
  where class.relkind = 'i' and method.amname <> 'btree'`;

/** A server whose indexes are checked. It is a copy: the extension that checks them is made in it. */
export interface ServerToCheck {
  connect: (database: string) => Promise<Client>;
  /** Whether each row of a table is looked up in its indexes, too: reads all tables once more. */
  heapAllIndexed: boolean;
}

/**
 * Checks all B-tree indexes of all databases with amcheck.
 * @throws Failure that names what is damaged; NotRehearsed where the image lacks amcheck
 */
export async function checkIndexes(
  { connect, heapAllIndexed }: ServerToCheck,
  log: (line: string) => void,
): Promise<Facts> {
  const databases = await databasesOf(connect);
  const facts = { databases: databases.length, indexes: 0, otherIndexesNotChecked: 0, heapAllIndexed };
  const damaged: string[] = [];
  for (const database of databases) {
    const client = await connect(database);
    try {
      const schema = await makeExtension(client);
      const { rows } = await client.query<{ oid: string; name: string }>(ofBtrees);
      log(`${database}: checking ${rows.length} indexes`);
      for (const { oid, name } of rows) {
        facts.indexes += 1;
        const problem = await problemOf(client, schema, { oid, name, heapAllIndexed });
        if (problem !== undefined) damaged.push(`${name} of ${database}: ${problem}`);
      }
      const others = await client.query<{ count: string }>(ofOthers);
      facts.otherIndexesNotChecked += Number(others.rows[0]?.count ?? 0);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  if (damaged.length > 0)
    throw new Failure(
      `${damaged.length} of ${facts.indexes} indexes are damaged in what the backup brings back: ${damaged.slice(0, NAMED).join("; ")}${damaged.length > NAMED ? `; and ${damaged.length - NAMED} more` : ""}`,
      "check them in the living database too (amcheck), and rebuild those that are damaged there (reindex index concurrently)",
    );
  return facts;
}

async function databasesOf(connect: ServerToCheck["connect"]): Promise<string[]> {
  const client = await connect("postgres");
  try {
    const { rows } = await client.query<{ name: string }>(
      "select datname::text as name from pg_database where datallowconn and not datistemplate order by 1",
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @returns the schema that it is in, which production may have chosen */
async function makeExtension(client: Client): Promise<string> {
  const { rows } = await client.query<{ there: boolean }>(
    "select exists (select from pg_available_extensions where name = 'amcheck') as there",
  );
  if (rows[0]?.there !== true)
    throw new NotRehearsed("the image of PostgreSQL lacks the extension amcheck, which checks indexes");
  // What a database says for its clients is not for this.
  await client.query("set default_transaction_read_only = off");
  await client.query("set statement_timeout = 0");
  await client.query("create extension if not exists amcheck");
  const found = await client.query<{ schema: string }>(
    "select format('%I', nspname) as schema from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'amcheck'",
  );
  const schema = found.rows[0]?.schema;
  if (schema === undefined) throw new Error("the extension amcheck was made, and is not there");
  return schema;
}

/** Internal errors, damaged data and indexes among them (XX), and files that cannot be read (58). */
const DAMAGE = /^(XX|58)/;

/**
 * What amcheck says of an index; undefined where it is whole.
 * @throws Error when it says nothing: what was not checked is not damaged
 */
async function problemOf(
  client: Client,
  schema: string,
  { oid, name, heapAllIndexed }: { oid: string; name: string; heapAllIndexed: boolean },
): Promise<string | undefined> {
  try {
    await client.query(`select ${schema}.bt_index_check($1::oid::regclass, $2)`, [oid, heapAllIndexed]);
    return undefined;
  } catch (error) {
    if (DAMAGE.test((error as { code?: string }).code ?? "")) return reasonOf(error);
    throw new Failure(
      `the index ${name} cannot be checked: ${reasonOf(error)}`,
      "look at the server's log lines",
    );
  }
}
