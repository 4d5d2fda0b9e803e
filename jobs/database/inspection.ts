import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { queryValue } from "./temporaryServer";

/** How long a table may be locked in a server that replays nothing any more: nobody but an unfinished transaction locks it. */
const LOCK_SECONDS = 2;

/** What was found in a database. */
export interface Inspection {
  /** Rows of each table in the schema public. */
  rowCounts: Record<string, number>;
  /** Time of the newest heartbeat, ISO. */
  heartbeatAt: string;
  /** Tables that could not be looked at before the promotion: a transaction right after the target had locked them. */
  locked?: string[];
}

/** Makes the table of the heartbeat where it is not there. */
export async function makeHeartbeat(client: Client): Promise<void> {
  await client.query("create schema if not exists recovery");
  await client.query(
    "create table if not exists recovery.heartbeat (id int primary key, at timestamptz not null)",
  );
}

/** Writes the time, as the server's heart does. */
export async function beat(client: Client): Promise<void> {
  await client.query(
    "insert into recovery.heartbeat as newest (id, at) values (1, clock_timestamp()) on conflict (id) do update set at = excluded.at",
  );
}

/** Rows by table, and tables that could not be looked at. */
export interface RowCounts {
  rowCounts: Record<string, number>;
  /** Locked by a transaction that replay has not brought to its end: it comes right after the target. */
  locked: string[];
}

/**
 * Counts the rows of every table in the schema public, all at one point in time.
 * @throws Failure when the database does not answer
 */
export async function countRows(client: Client): Promise<Record<string, number>> {
  return (await countReadableRows(client)).rowCounts;
}

/** The same, without those that somebody holds locked against reading; @param lockSeconds to wait; @default without end */
async function countReadableRows(client: Client, lockSeconds?: number): Promise<RowCounts> {
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    if (lockSeconds !== undefined) await client.query(`set local lock_timeout = '${lockSeconds}s'`);
    const { rows } = await client.query<{ name: string; quoted: string }>(
      `select relname as name, format('%I.%I', 'public', relname) as quoted from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
    );
    const found: RowCounts = { rowCounts: {}, locked: [] };
    for (const { name, quoted } of rows) {
      await client.query("savepoint table_in_work");
      try {
        const answer = await client.query<{ count: string }>(`select count(*) from ${quoted}`);
        found.rowCounts[name] = Number(answer.rows[0]?.count);
      } catch (error) {
        // 55P03: lock_not_available.
        if ((error as { code?: string }).code !== "55P03")
          throw new Failure(
            `the database did not answer: ${reasonOf(error)}`,
            "look at the server's log lines",
          );
        found.locked.push(name);
        await client.query("rollback to savepoint table_in_work");
      }
    }
    return found;
  } finally {
    await client.query("rollback");
  }
}

/** Tables that had rows and have none now, or are no longer there; those that had none do not count. */
export function lostTables(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): { emptied: string[]; gone: string[] } {
  const filled = Object.entries(before).flatMap(([table, count]) => (count > 0 ? [table] : []));
  return {
    emptied: filled.filter((table) => after[table] === 0),
    gone: filled.filter((table) => after[table] === undefined),
  };
}

/**
 * Looks at a restored database before anything may be written to it.
 * @param expected rows at the time of the base backup, where they were noted
 * @param mayBeEmpty tables that an operator knows to be empty
 * @throws Failure when tables are empty or gone that had rows, or when there is no heartbeat
 */
export async function inspectDatabase(
  client: Client,
  expected: Readonly<Record<string, number>>,
  mayBeEmpty: readonly string[],
): Promise<Inspection> {
  const { rowCounts, locked } = await countReadableRows(client, LOCK_SECONDS);
  const { emptied, gone } = lostTables(expected, rowCounts);
  const lost = [...gone, ...emptied].filter(
    (table) => !mayBeEmpty.includes(table) && !locked.includes(table),
  );
  if (lost.length > 0) {
    const of = (tables: string[]): string => tables.filter((table) => lost.includes(table)).join(", ");
    const what = [
      ...(of(gone) === "" ? [] : [`no longer has the table ${of(gone)}`]),
      ...(of(emptied) === "" ? [] : [`has no rows in ${of(emptied)}`]),
    ].join(", and ");
    throw new Failure(
      `the restored database ${what}, which had rows when the base backup was taken`,
      `choose an older backup (lstm-pfd:restoreSet), or, if they were dropped or emptied since on purpose, tell so (lstm-pfd:acceptEmptyTables ${lost.join(",")}), then run the restore again`,
    );
  }
  const table = await queryValue(client, "select to_regclass('recovery.heartbeat')::text");
  const heartbeatAt =
    table === undefined
      ? undefined
      : await queryValue(
          client,
          `select to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from recovery.heartbeat`,
        );
  if (heartbeatAt === undefined)
    throw new Failure(
      "the restored database has no heartbeat (recovery.heartbeat): it is not one that this system archived",
      "check bucket and generation, or choose another backup (lstm-pfd:restoreSet)",
    );
  return { rowCounts, heartbeatAt, ...(locked.length === 0 ? {} : { locked }) };
}
