import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { type CollationDifference, collationDifferences, describeDifferences } from "./collationProblem";
import { collationsInUse, type Connect, on, openDatabases } from "./collations";
import { asNoted } from "./dataCollations";
import { queryValue } from "./temporaryServer";
import { fullDiskRemedy, saysFullDisk } from "./volumeSpace";

const MINUTE = 60_000;
/** The archiver takes one segment after the other: without one for this long, it does not work. */
const STALL_MS = 10 * MINUTE;

const LOOK_MS = 200;

/** What was rebuilt, because text is sorted differently here. */
export interface Rebuilt {
  databases: readonly string[];
  /** Versions before and here, in words. */
  because: string;
  seconds: number;
}

/** Settings of a role or a database that would keep its indexes from being rebuilt. */
const UNHINDERED = ["statement_timeout = 0", "lock_timeout = 0", "default_transaction_read_only = off"];

/** Notes the versions here as those that indexes were built with. Where none was noted, PostgreSQL refuses to begin. */
const REFRESH = `
  select format('alter collation %I.%I refresh version', nspname, collname) as statement
  from pg_collation c join pg_namespace n on n.oid = collnamespace
  where collversion <> pg_collation_actual_version(c.oid)
    and collencoding in (-1, (select encoding from pg_database where datname = current_database()))
  union all
  select format('alter database %I refresh collation version', datname) from pg_database
  where datname = current_database() and datcollversion <> pg_database_collation_actual_version(oid)`;

/**
 * Rebuilds all indexes of all databases of a promoted server that is not served yet, and then notes the versions. Not only those that
 * are known to hold text: an expression or a condition compares it too, and of what is in them PostgreSQL notes nothing for the database's own
 * collation. Killed at any moment, its generation is not opened, and is begun anew with everything in it.
 * @throws Failure when an index cannot be rebuilt, as where one that must be unique has let duplicates in
 * @see https://www.postgresql.org/docs/15/sql-reindex.html
 */
export async function rebuildIndexes(
  { client, connect }: { client: Client; connect: Connect },
  differences: readonly CollationDifference[],
  log: (line: string) => void,
): Promise<Rebuilt> {
  const because = describeDifferences(differences);
  const start = Date.now();
  const databases = await openDatabases(client);
  for (const database of databases) {
    log(`rebuilding the indexes of database ${database}: ${because}`);
    await on(connect, database, rebuild);
    // The archiver would have to do all of it while the server is stopped, which waits for it.
    await untilArchiverIsIdle(client);
  }
  const left = collationDifferences({
    collations: (await collationsInUse(client, connect))?.map(asNoted),
    here: ({ here }) => here,
  });
  if (left.length > 0)
    throw new Error(`after all indexes were rebuilt, versions still differ: ${describeDifferences(left)}`);
  const seconds = secondsSince(start);
  log(`rebuilt the indexes of ${databases.join(", ")} in ${seconds} s`);
  return { databases, because, seconds };
}

async function rebuild(client: Client): Promise<void> {
  const database = (await queryValue(client, "select quote_ident(current_database())")) ?? "";
  try {
    for (const setting of UNHINDERED) await client.query(`set ${setting}`);
    await client.query(`reindex database ${database}`);
    const { rows } = await client.query<{ statement: string }>(REFRESH);
    for (const { statement } of rows) await client.query(statement);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure(
      `the indexes of database ${database} cannot be rebuilt: ${reason}`,
      saysFullDisk(reason)
        ? fullDiskRemedy
        : "bring it back with the image that fits (lstm-pfd:imagePostgres), mend there what is named, and take a full backup",
    );
  }
}

/** @throws Failure when it archives nothing any more */
async function untilArchiverIsIdle(client: Client): Promise<void> {
  const waiting = "select count(*) from pg_ls_archive_statusdir() where name like '%.ready'";
  let least = Infinity;
  let lastProgress = Date.now();
  for (;;) {
    const count = Number(await queryValue(client, waiting));
    if (count === 0) return;
    if (count < least) {
      least = count;
      lastProgress = Date.now();
    }
    if (Date.now() - lastProgress > STALL_MS)
      throw new Failure(
        `${count} segments wait to be archived, and none was in ${STALL_MS / MINUTE} minutes`,
        "check the object store and the writer's keys, then run the restore again",
      );
    await sleep(LOOK_MS);
  }
}
