import { Client } from "pg";
import { countRows } from "../database/inspection";
import { queryValue } from "../database/temporaryServer";

/** How the application's role reaches the database. */
export interface DatabaseAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** What was found in the database. */
export interface DatabaseFindings {
  rowCounts: Record<string, number>;
  heartbeatAgeSeconds: number;
  timeline: string;
}

/**
 * Looks at the database as the application's role.
 * @param nonce mark of a drill, to be found in `experiments`; empty for none
 * @throws Error that says what is not as it should be
 */
export async function checkDatabase(
  address: DatabaseAddress,
  nonce: string,
  maxHeartbeatAgeSeconds: number,
): Promise<DatabaseFindings> {
  const client = new Client({ ...address, connectionTimeoutMillis: 5_000, query_timeout: 120_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const rowCounts = await countRows(client);
    const problem = schemaProblem(rowCounts);
    if (problem !== undefined) throw new Error(problem);
    if (nonce !== "" && (await countNonce(client, nonce)) === 0)
      throw new Error(
        `table experiments has no row named drill-nonce-${nonce}: it is not the data of this drill`,
      );
    const age = await queryValue(
      client,
      "select round(extract(epoch from clock_timestamp() - max(at)), 1) from recovery.heartbeat",
    );
    if (age === undefined) throw new Error("recovery.heartbeat is empty: nothing beats");
    if (Number(age) > maxHeartbeatAgeSeconds)
      throw new Error(`the newest heartbeat is ${age} s old, more than ${maxHeartbeatAgeSeconds} s`);
    const timeline = await queryValue(client, "select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");
    return { rowCounts, heartbeatAgeSeconds: Number(age), timeline: timeline ?? "" };
  } finally {
    await client.end();
  }
}

/**
 * What is wrong with a database that answers; undefined when nothing is. Tables without rows are not: an application begins
 * with some. Those that had rows are looked at by the restore, which knows the backup's counts.
 */
export function schemaProblem(rowCounts: Readonly<Record<string, number>>): string | undefined {
  return Object.keys(rowCounts).length === 0
    ? 'there is no table in the schema "public": it is not the database of the application, or its schema was never loaded'
    : undefined;
}

async function countNonce(client: Client, nonce: string): Promise<number> {
  const count = await queryValue(client, "select count(*) from experiments where name = $1", [
    `drill-nonce-${nonce}`,
  ]);
  return Number(count);
}
