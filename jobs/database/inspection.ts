import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { queryValue } from "./temporaryServer";

/** What was found in a database. */
export interface Inspection {
  /** Rows of each table in the schema public. */
  rowCounts: Record<string, number>;
  /** Time of the newest heartbeat, ISO. */
  heartbeatAt: string;
}

/**
 * Counts the rows of every table in the schema public, all at one point in time.
 * @throws Failure when the database does not answer
 */
export async function countRows(client: Client): Promise<Record<string, number>> {
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    const { rows } = await client.query<{ name: string; quoted: string }>(
      `select relname as name, format('%I.%I', 'public', relname) as quoted from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by relname`,
    );
    const counts: Record<string, number> = {};
    for (const { name, quoted } of rows)
      counts[name] = Number(await queryValue(client, `select count(*) from ${quoted}`));
    return counts;
  } finally {
    await client.query("rollback");
  }
}

/** Tables that had rows and have none now. */
export function emptiedTables(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(before)
    .filter(([table, count]) => count > 0 && (after[table] ?? 0) === 0)
    .map(([table]) => table);
}

/**
 * Looks at a restored database before anything may be written to it.
 * @param expected rows at the time of the base backup, where they were noted
 * @param mayBeEmpty tables that an operator knows to be empty
 * @throws Failure when tables are empty that had rows, or when there is no heartbeat
 */
export async function inspectDatabase(
  client: Client,
  expected: Readonly<Record<string, number>>,
  mayBeEmpty: readonly string[],
): Promise<Inspection> {
  const rowCounts = await countRows(client);
  const emptied = emptiedTables(expected, rowCounts).filter((table) => !mayBeEmpty.includes(table));
  if (emptied.length > 0)
    throw new Failure(
      `the restored database has no rows in ${emptied.join(", ")}, which had some when the base backup was taken`,
      `choose an older backup (lstm-pfd:restoreSet), or, if they were emptied since on purpose, tell so (lstm-pfd:acceptEmptyTables ${emptied.join(",")}), then run the restore again`,
    );
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
  return { rowCounts, heartbeatAt };
}
