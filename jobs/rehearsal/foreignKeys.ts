import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import type { Facts } from "../../plan/evidence";
import { NotRehearsed } from "./steps";

/** Rows of each table that are looked at. */
export const sampleRows = 1000;
/** Blocks are drawn, not rows: more are asked for than are looked at. */
const DRAWN = 5 * sampleRows;

/** A foreign key that PostgreSQL says it has held each row to. Names are quoted where they must be. */
export interface ForeignKey {
  name: string;
  table: string;
  columns: string[];
  referenced: string;
  referencedColumns: string[];
  /** As PostgreSQL estimates them; below 0 for unknown. */
  estimatedRows: number;
}

const allKeys = `select constraints.conname::text as name,
    format('%I.%I', own_schema.nspname, own.relname) as "table",
    format('%I.%I', other_schema.nspname, other.relname) as referenced,
    own.reltuples::float8 as "estimatedRows",
    array(select format('%I', attname) from unnest(conkey) with ordinality as of_key (number, place)
      join pg_attribute on attrelid = conrelid and attnum = of_key.number order by place) as columns,
    array(select format('%I', attname) from unnest(confkey) with ordinality as of_key (number, place)
      join pg_attribute on attrelid = confrelid and attnum = of_key.number order by place) as "referencedColumns"
  from pg_constraint constraints
    join pg_class own on own.oid = conrelid join pg_namespace own_schema on own_schema.oid = own.relnamespace
    join pg_class other on other.oid = confrelid join pg_namespace other_schema on other_schema.oid = other.relnamespace
  where contype = 'f' and convalidated and conparentid = 0
  order by 2, 1`;

/** SQL that counts the rows of a sample, and those among them that refer to nothing. */
export function sampleOf({
  table,
  columns,
  referenced,
  referencedColumns,
  estimatedRows,
}: ForeignKey): string {
  const percent = estimatedRows > DRAWN ? (100 * DRAWN) / estimatedRows : 100;
  const drawn = percent < 100 ? ` tablesample system (${percent.toPrecision(6)})` : "";
  const values = columns.map((column, index) => `${column} as value_${index}`).join(", ");
  const present = columns.map((column) => `${column} is not null`).join(" and ");
  const same = referencedColumns
    .map((column, index) => `other.${column} = sampled.value_${index}`)
    .join(" and ");
  return `select count(*)::int as looked_at, (count(*) - count(found.there))::int as lost
    from (select ${values} from ${table}${drawn} where ${present} limit ${sampleRows}) as sampled
    left join lateral (select true as there from ${referenced} as other where ${same} limit 1) as found on true`;
}

/**
 * Looks for each foreign key whether rows of a sample refer to something.
 * @throws Failure that names the keys with rows that do not; NotRehearsed where the database has no foreign key
 */
export async function checkForeignKeys(client: Client): Promise<Facts> {
  // What a database says for its clients is not for this.
  await client.query("set statement_timeout = 0");
  const { rows: keys } = await client.query<ForeignKey>(allKeys);
  if (keys.length === 0) throw new NotRehearsed("the database has no foreign key");
  const failed: string[] = [];
  let rows = 0;
  for (const key of keys) {
    const [found] = (await client.query<{ looked_at: number; lost: number }>(sampleOf(key))).rows;
    rows += found?.looked_at ?? 0;
    if (found !== undefined && found.lost > 0)
      failed.push(
        `${key.name} of ${key.table}: ${found.lost} of ${found.looked_at} rows refer to nothing in ${key.referenced}`,
      );
  }
  if (failed.length > 0)
    throw new Failure(
      `foreign keys do not hold in what the backup brings back: ${failed.join("; ")}`,
      "look at the same rows in the living database; a key that holds there says that the backup is damaged: take a full one (npm run backup -- database)",
    );
  return { foreignKeys: keys.length, rows };
}
