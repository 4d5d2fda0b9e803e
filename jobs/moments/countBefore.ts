import type { Client } from "pg";
import { qualified } from "../tableName";
import type { Relation } from "./catalog";

/** Rows that a table had. */
export interface RowsBefore {
  /** Undefined where nobody can tell. */
  rows: number | undefined;
  /** Counted one by one; false for the planner's estimate. */
  counted: boolean;
}

/** Longest count of one table: beyond it the estimate must do. */
const COUNT_SECONDS = 60;
/** Nobody but an unfinished transaction locks a table in a server that replays nothing. */
const LOCK_SECONDS = 2;

/** Counts the rows of a table in a copy that stands still. */
export async function countBefore(client: Client, relation: Relation): Promise<RowsBefore> {
  // What is in no log is empty after a recovery.
  if (relation.persistence === "u") return { rows: undefined, counted: false };
  await client.query("begin transaction read only");
  try {
    await client.query(`set local lock_timeout = '${LOCK_SECONDS}s'`);
    await client.query(`set local statement_timeout = '${COUNT_SECONDS}s'`);
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from only ${qualified(relation)}`,
    );
    return { rows: Number(rows[0]?.count), counted: true };
  } catch (error) {
    // lock_not_available, query_canceled.
    if (!["55P03", "57014"].includes((error as { code?: string }).code ?? "")) throw error;
    const { estimatedRows } = relation;
    return { rows: estimatedRows < 0 ? undefined : Math.round(estimatedRows), counted: false };
  } finally {
    await client.query("rollback");
  }
}
