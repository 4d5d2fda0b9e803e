import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { acknowledgementLine, type WriterRow } from "../acknowledgements";
import { writerRowName, writerRowPrefix } from "../nonce";

/** One connection of the writer. */
export interface WriterConnection {
  /** The last row of this writer that is in the database. */
  newest(): Promise<WriterRow | undefined>;
  /**
   * Commits a row, unless one with its number is there already.
   * @returns the time in the row that is there after the commit
   */
  commit(row: WriterRow): Promise<string>;
  close(): Promise<void>;
}

/** How rows are written. */
export interface WriterPlan {
  connect: () => Promise<WriterConnection>;
  /** Milliseconds from row to row. A slow commit delays the next row; it is not made up for. @default 100 */
  everyMs?: number;
  /** Takes the acknowledgements, one line each. */
  print: (line: string) => void;
  log: (line: string) => void;
  /** Ends the writing after the row in hand. */
  signal?: AbortSignal;
}

const RECONNECT_MS = 500;

/**
 * Commits rows until it is stopped, numbered from 1 or from what an earlier run left. A commit whose answer was lost is
 * tried again under the same number, so no number is skipped and none is written twice.
 */
export async function writeRows(plan: WriterPlan): Promise<void> {
  const progress: WriterProgress = { next: undefined, due: Date.now() };
  while (!stopped(plan)) {
    let connection: WriterConnection | undefined;
    try {
      connection = await plan.connect();
      await writeOn(connection, plan, progress);
    } catch (error) {
      if (error instanceof Failure) throw error;
      plan.log(`connection lost: ${reasonOf(error)}; trying again`);
      await sleep(RECONNECT_MS);
    } finally {
      await connection?.close().catch(() => undefined);
    }
  }
}

interface WriterProgress {
  /** Number of the row in hand; undefined before the database was asked. */
  next: number | undefined;
  /** When it is to be written, in milliseconds since 1970. */
  due: number;
}

async function writeOn(
  connection: WriterConnection,
  plan: WriterPlan,
  progress: WriterProgress,
): Promise<void> {
  if (progress.next === undefined) {
    const newest = await connection.newest();
    // It is in the database, although its acknowledgement may have been lost.
    if (newest !== undefined) plan.print(acknowledgementLine(newest));
    progress.next = (newest?.sequence ?? 0) + 1;
  }
  plan.log(`connected, next row is ${progress.next}`);
  while (!stopped(plan)) {
    await sleep(Math.max(0, progress.due - Date.now()));
    progress.due = Math.max(progress.due + (plan.everyMs ?? 100), Date.now());
    const sequence: number = progress.next;
    const at = await connection.commit({ sequence, at: new Date().toISOString() });
    plan.print(acknowledgementLine({ sequence, at }));
    progress.next = sequence + 1;
  }
}

function stopped({ signal }: WriterPlan): boolean {
  return signal?.aborted === true;
}

/** Connects to the application's database. `url` as in `postgresql://user:password@host/database`. */
export async function connectWriter(url: string, nonce: string): Promise<WriterConnection> {
  const client = new Client({
    connectionString: url,
    application_name: "drill-writer",
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  // A server that goes away is noticed by the next query.
  client.on("error", () => undefined);
  await client.connect();
  try {
    // An acknowledgement must mean that the row is on disk, whatever the server's default is.
    await client.query("set synchronous_commit = on");
    const dataset = await anyDataset(client);
    return {
      newest: () => newestRow(client, nonce),
      commit: (row) => commitRow(client, nonce, dataset, row),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function anyDataset(client: Client): Promise<number> {
  const { rows } = await client.query<{ id: number | null }>("select min(id) as id from public.datasets");
  const id = rows[0]?.id ?? null;
  if (id === null)
    throw new Failure(
      "table datasets is empty, and a row in experiments needs one",
      "seed the database, then start the writer again",
    );
  return id;
}

async function newestRow(client: Client, nonce: string): Promise<WriterRow | undefined> {
  const { rows } = await client.query<{ sequence: string; at: string }>(
    `select config ->> 'sequence' as sequence, config ->> 'committedAt' as at
       from public.experiments where starts_with(name, $1) order by name desc limit 1`,
    [writerRowPrefix(nonce)],
  );
  return rows[0] === undefined ? undefined : { sequence: Number(rows[0].sequence), at: rows[0].at };
}

async function commitRow(client: Client, nonce: string, dataset: number, row: WriterRow): Promise<string> {
  const name = writerRowName(nonce, row.sequence);
  const config = JSON.stringify({ sequence: row.sequence, committedAt: row.at });
  // Outside of a transaction block the statement returns after its commit.
  const inserted = await client.query(
    `insert into public.experiments (name, model_type, dataset_id, status, config, created_at, updated_at)
       values ($1, 'drill', $2, 'COMPLETED', $3, $4::timestamptz at time zone 'UTC', $4::timestamptz at time zone 'UTC')
       on conflict (name) do nothing`,
    [name, dataset, config, row.at],
  );
  if (inserted.rowCount === 1) return row.at;
  const { rows } = await client.query<{ at: string }>(
    "select config ->> 'committedAt' as at from public.experiments where name = $1",
    [name],
  );
  if (rows[0] === undefined) throw new Error(`row ${name} vanished after its commit`);
  return rows[0].at;
}
