import type { Client } from "pg";
import { reasonOf } from "../../lib/failure";
import { type Compared, comparisonQuery } from "./comparison";

/** How rows differ. */
export interface RowDifferences {
  /** What rows were told apart by. */
  by: "primary key" | "whole row";
  onlyThere: number;
  onlyHere: number;
  /** Null where there is no key by which a row could have changed. */
  changed: number | null;
  same: number;
}

const LOOK_MS = 200;
/** Longest wait for a lock of somebody else, behind which others would queue. */
const LOCK_MS = 500;

/**
 * Compares a rescued table with the living one, while others work on that. It gives way: where somebody waits for a lock that the
 * comparison holds, as an ALTER TABLE does, with all writers behind it, the comparison is ended.
 * @param other a second connection, as the same role
 * @returns why there is none, where it cannot be made
 */
export async function compareRows(
  client: Client,
  other: Client,
  compared: Compared,
): Promise<RowDifferences | { notCompared: string }> {
  await client.query("begin transaction isolation level repeatable read read only");
  const { rows: own } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const pid = own[0]?.pid ?? 0;
  const guard = giveWay(other, pid);
  try {
    await client.query(`set local lock_timeout = ${LOCK_MS}`);
    await client.query("set local statement_timeout = 0");
    // The database is served: one core is enough for this.
    await client.query("set local max_parallel_workers_per_gather = 0");
    const { rows } = await client.query<
      Record<"only_there" | "only_here" | "changed" | "same", string | null>
    >(comparisonQuery(compared));
    const [row] = rows;
    const changed = row?.changed ?? null;
    return {
      by: compared.key.length === 0 ? "whole row" : "primary key",
      onlyThere: Number(row?.only_there),
      onlyHere: Number(row?.only_here),
      changed: changed === null ? null : Number(changed),
      same: Number(row?.same),
    };
  } catch (error) {
    return {
      notCompared: guard.gaveWay()
        ? "somebody waited for a lock on the living table, and the comparison gave way; the rescued table is whole"
        : reasonOf(error),
    };
  } finally {
    await guard.stop();
    await client.query("rollback").catch(() => undefined);
  }
}

/** Ends what a server process does as soon as another one waits for it. */
function giveWay(other: Client, pid: number): { gaveWay: () => boolean; stop: () => Promise<void> } {
  const state = { stopped: false, gaveWay: false };
  const watching = (async (): Promise<void> => {
    while (!state.stopped) {
      const { rows } = await other.query<{ waited: boolean }>(
        "select exists (select from pg_locks where not granted and $1 = any (pg_blocking_pids(pid))) as waited",
        [pid],
      );
      if (rows[0]?.waited === true) {
        state.gaveWay = true;
        await other.query("select pg_cancel_backend($1)", [pid]);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })().catch(() => undefined);
  return {
    gaveWay: () => state.gaveWay,
    stop: async () => {
      state.stopped = true;
      await watching;
    },
  };
}
