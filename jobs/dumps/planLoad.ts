import type { Client } from "pg";
import { connectTo } from "../database/connectTo";
import { applicationRows, countTables } from "./databaseFacts";
import type { RowsByTable } from "./dumpManifest";
import { type LoadPlan, prepareLoad } from "./prepareLoad";
import { type DumpState, dumpState } from "./switchDatabase";

/** What a restore of a dump would do. */
export interface LoadForecast {
  action: "planned";
  dump: string;
  layout: "own" | "plain";
  takenAt: string;
  rows: RowsByTable;
  /** Rows of the database that is served, as they are now. */
  served: RowsByTable;
  neededBytes: number;
  roomBytes: number;
  /** What of the dump will not be there. */
  notes: string[];
  state: DumpState;
}

/**
 * Says what a restore of a dump would do, and does nothing.
 * @throws Failure when the dump cannot be loaded
 */
export async function planLoad(
  plan: LoadPlan,
  maintenance: Client,
  log: (line: string) => void,
): Promise<LoadForecast> {
  const { name, layout, takenAt, rows, neededBytes, roomBytes, notes } = await prepareLoad(
    plan,
    maintenance,
    log,
  );
  const client = await connectTo(plan.socket, plan.database, "restore-dump");
  try {
    const counted = await countTables(client);
    return {
      ...{ action: "planned", dump: name, layout, takenAt, neededBytes, roomBytes, notes },
      rows: applicationRows(rows),
      served: applicationRows(
        Object.fromEntries(counted.map(({ name: table, rows: count }) => [table, count])),
      ),
      state: await dumpState(maintenance, plan.database),
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}
