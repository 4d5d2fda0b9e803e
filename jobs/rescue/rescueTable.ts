import { Client } from "pg";
import { Failure } from "../../lib/failure";
import { formatBytes } from "../../lib/format";
import type { CommitsAround } from "../database/commitsAround";
import { readControlData } from "../database/dataDirectory";
import { promote } from "../database/openGeneration";
import type { RestorePlan } from "../database/restorePlan";
import { reach, reachedTarget } from "../database/standby";
import { fetchThrowAway } from "../database/throwAway";
import { qualified, shownTable, type TableName } from "../tableName";
import type { DatabaseAddress } from "../verification/database";
import {
  type ColumnDifferences,
  columnDifferences,
  commonColumns,
  retypedNumbers,
} from "./columnDifferences";
import { compareRows, type RowDifferences } from "./compareRows";
import { statementsFor, type Statements } from "./comparison";
import { copyTable, type CopySource } from "./copyTable";
import { definitionOf } from "./definition";
import type { ImportPlan } from "./importScript";
import { findTable, measureTable, namesLike, type Table } from "./tables";
import { knownType, typeForCopy } from "./typeForCopy";

const MINUTE = 60_000;

/** What is rescued, and where to. */
export interface RescuePlan {
  table: TableName;
  /** Schema of the living database that takes it. */
  schema: string;
  /** The living database, as the application's role. */
  living: DatabaseAddress;
  /** Bytes that are free where the living database is; undefined where nobody said. */
  roomBytes: number | undefined;
}

/** What came of it. */
export interface RescueReport extends CommitsAround, Statements {
  action: "rescued";
  /** As SQL takes their names. */
  table: string;
  into: string;
  target: string;
  /** Base backup, and the generation whose archive was replayed. */
  label: string;
  generation: number;
  rows: number;
  /** Columns that are text in the rescued table: their type is not there any more, or does not take their values. */
  asText: string[];
  /** Null where the living database has no such table: then every row is only there. */
  columns: ColumnDifferences | null;
  comparison: RowDifferences | { notCompared: string };
}

/**
 * Holds the living database to having a place for a table, before anything is fetched.
 * @throws Failure where it does not answer, or has such a table already
 */
export async function requirePlace({ table, schema, living }: RescuePlan): Promise<void> {
  await asApplication(living, async (client) => {
    const into = { schema, name: table.name };
    const { rows } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [
      qualified(into),
    ]);
    if (rows[0]?.there === true)
      throw new Failure(
        `${shownTable(into)} is there already: a table of this name was rescued as of that time before; it was left as it is`,
        `look at it; or drop or rename it (drop table ${qualified(into)};), then run this again`,
      );
  });
}

/**
 * Restores a copy up to its target, and copies one table of it into a schema of the living database, which is served meanwhile.
 * @param copy its target is where the table is wanted from
 * @throws DamagedBase; Failure. The living database is then as it was
 */
export async function rescueTable(
  copy: RestorePlan,
  plan: RescuePlan,
  log: (line: string) => void,
): Promise<RescueReport> {
  await fetchThrowAway(copy, log);
  const replaying = await reach(copy, await readControlData(copy.volume.incoming), log);
  const { server } = replaying;
  try {
    const client = await server.connect(copy.database, MINUTE);
    try {
      const around = await reachedTarget(copy, replaying, client, log);
      // A transaction right after the target may hold the table locked: this ends it. Nothing of the copy is archived.
      await promote(client);
      const table = await tableThere(client, plan.table, around.target);
      const size = await measureTable(client, table);
      log(`${shownTable(table)} had ${size.rows} rows, ${formatBytes(size.bytes)}`);
      requireRoom(size.bytes, plan);
      const source = { directory: server.directory, database: copy.database };
      const done = await bringOver(source, table, size.rows, { ...plan, target: around.target }, log);
      const { label, generation } = copy.base;
      return { action: "rescued", table: shownTable(table), label, generation, ...around, ...done };
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await server.discard();
  }
}

async function tableThere(client: Client, wanted: TableName, target: string): Promise<Table> {
  const table = await findTable(client, wanted);
  if (table !== undefined) return table;
  const like = await namesLike(client, wanted);
  const name = wanted.schema === undefined ? wanted.name : shownTable({ ...wanted, schema: wanted.schema });
  throw new Failure(
    `there was no table ${name} at ${target}${like.length === 0 ? "" : `, but there was ${like.join(", ")}`}`,
    `name it as SQL does, in double quotes where it has capitals; or name a moment at which it was there (npm run moments says when tables were dropped)`,
  );
}

/** Rows, the index of the key, the log that they are written to first, and what the comparison puts aside. */
const NEEDED_FACTOR = 3;
const NEEDED_BYTES = 128 * 1024 ** 2;

/** @throws Failure where the table could fill the volume of the living database */
export function requireRoom(bytes: number, { roomBytes }: Pick<RescuePlan, "roomBytes">): void {
  const needed = NEEDED_FACTOR * bytes + NEEDED_BYTES;
  if (roomBytes === undefined || roomBytes >= needed) return;
  throw new Failure(
    `the volume of the living database has ${formatBytes(roomBytes)} free, and the rescued table might take ${formatBytes(needed)} for a while (it was ${formatBytes(bytes)}): a full volume would stop the database; nothing was copied`,
    "make the volume larger (lstm-pfd:databaseSizeGi), then run this again",
  );
}

/** Copies a table from a server that stands still, and compares it with what is there. */
export async function bringOver(
  source: CopySource,
  table: Table,
  rows: number,
  { schema, living, target }: RescuePlan & { target: string },
  log: (line: string) => void,
): Promise<Pick<RescueReport, "into" | "rows" | "asText" | "columns" | "comparison" | keyof Statements>> {
  const definition = await definitionOf(source, table);
  return asApplication(living, async (client) => {
    const into = { schema, name: table.name };
    const columns: Table["columns"] = [];
    for (const column of table.columns) {
      const known = column.builtIn ? undefined : await knownType(client, column.type);
      columns.push({ ...column, type: typeForCopy(column, known) });
    }
    const plan: ImportPlan = {
      into,
      columns: columns.map(withoutMissingCollation(await collationsOf(client))),
      key: table.key,
      rows,
      comment: `${shownTable(table)} as it was at ${target}. Its definition then:\n${definition}`,
    };
    await copyTable(source, table, living, plan);
    log(`${rows} rows are in ${shownTable(into)}; comparing them with what is served`);
    const here = await findTable(client, { schema: table.schema, name: table.name });
    const common = here === undefined ? [] : commonColumns(table.columns, here.columns);
    return {
      into: shownTable(into),
      rows,
      asText: columns.flatMap(({ name, type }, index) =>
        type === "text" && table.columns[index]?.type !== "text" ? [name] : [],
      ),
      columns: here === undefined ? null : columnDifferences(table.columns, here.columns),
      comparison: await compared(living, client, { table, into, here, common, rows }),
      ...statementsFor({ ...into, columns }, here),
    };
  });
}

async function compared(
  living: DatabaseAddress,
  client: Client,
  {
    table,
    into,
    here,
    common,
    rows,
  }: {
    table: Table;
    into: { schema: string; name: string };
    here: Table | undefined;
    common: string[];
    rows: number;
  },
): Promise<RescueReport["comparison"]> {
  if (here === undefined)
    return {
      by: table.key.length === 0 ? "whole row" : "primary key",
      onlyThere: rows,
      onlyHere: 0,
      changed: table.key.length === 0 ? null : 0,
      same: 0,
    };
  if (common.length === 0) return { notCompared: "the two tables have no column in common" };
  // The order of the columns in a key means nothing for who is who.
  const sameKey = table.key.length === here.key.length && table.key.every((name) => here.key.includes(name));
  return asApplication(living, (other) =>
    compareRows(client, other, {
      there: into,
      here,
      columns: common,
      numbers: retypedNumbers(columnDifferences(table.columns, here.columns)),
      key: sameKey ? table.key : [],
    }),
  );
}

function withoutMissingCollation(known: ReadonlySet<string>) {
  return ({
    name,
    type,
    collation,
    notNull,
  }: ImportPlan["columns"][number]): ImportPlan["columns"][number] => ({
    name,
    type,
    notNull,
    ...(collation === undefined || !known.has(collation) ? {} : { collation }),
  });
}

async function collationsOf(client: Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    "select quote_ident(n.nspname) || '.' || quote_ident(c.collname) as name from pg_collation c join pg_namespace n on n.oid = c.collnamespace",
  );
  return new Set(rows.map(({ name }) => name));
}

/** Works with a connection to the living database. @throws Failure where it does not answer */
async function asApplication<T>(living: DatabaseAddress, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...living, application_name: "rescue", connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Failure(
      `the living database does not answer: ${error instanceof Error ? error.message : String(error)}`,
      "a table is rescued into a database that is served: look at its pod, then run this again",
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
