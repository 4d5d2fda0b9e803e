import assert from "node:assert/strict";
import { findMoments } from "../../../automation/moments";
import { rescueTable } from "../../../automation/rescue";
import { describeMoments, type MomentResult, type SearchResult } from "../../../cli/momentsText";
import { describeRescue, type RescueResult } from "../../../cli/rescueText";
import { names } from "../../../plan/names";
import type { Lives } from "../lineage/lives";
import { archived } from "./archived";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;

/** As many commits as an hour of an idle platform has, and more. */
const commitsBetween = 2000;

const mistakes = [
  { table: "of_dropped", rows: 3000, sql: "drop table public.of_dropped", fate: "dropped", gone: 3000 },
  { table: "of_emptied", rows: 2000, sql: "truncate public.of_emptied", fate: "truncated", gone: 2000 },
  {
    table: "of_thinned",
    rows: 60_000,
    sql: "delete from public.of_thinned where row <= 50000",
    fate: "changed",
    gone: 50_000,
  },
] as const;

/** Three mistakes among thousands of other commits, of which nobody knows when they were. */
export function momentsCases(lives: Lives): void {
  const sums = new Map<string, string>();
  const found = new Map<string, string>();

  const sumOf = (table: string): Promise<string> =>
    lives.database.value(`select md5(string_agg(row || ' ' || text, ',' order by row)) from ${table}`);
  const otherWrites = (): Promise<string> =>
    lives.database.value(`do $$ begin
      for number in 1..${commitsBetween} loop
        insert into public.other_writes (text) values (md5(number::text));
        delete from public.other_writes where row = number;
        commit;
      end loop;
    end $$`);

  it("finds a DROP, a TRUNCATE and a DELETE of 50,000 rows, each with its rows, and the target before it", async () => {
    const { database } = lives;
    await database.value(
      `set role ${names.databaseUser}; create table public.other_writes (row serial primary key, text text)`,
    );
    for (const { table, rows } of mistakes) {
      await database.value(
        `set role ${names.databaseUser}; create table public.${table} as select row, md5(row::text) as text from generate_series(1, ${rows}) as row; alter table public.${table} add primary key (row)`,
      );
      sums.set(table, await sumOf(`public.${table}`));
    }
    for (const { sql } of mistakes) {
      await otherWrites();
      await database.value(sql);
    }
    await otherWrites();
    await archived(database);
    const { search, moments } = await findMoments(database, { table: "", from: "", to: "", rows: "" }, quiet);
    process.stdout.write(describeMoments(search as SearchResult, moments as MomentResult[], "local"));
    assert.ok(((search as SearchResult).commits ?? 0) > 4 * commitsBetween);
    for (const { table, fate, gone, rows } of mistakes) {
      const of = (moments as MomentResult[]).flatMap(({ target, tables = [] }) =>
        tables.flatMap((each) =>
          each.table === `public.${table}` && each.fate === fate && (each.inserted ?? 0) === 0
            ? [{ target, ...each }]
            : [],
        ),
      );
      assert.equal(of.length, 1, `${table}: ${JSON.stringify(of)}`);
      const [moment] = of;
      if (fate === "changed") assert.equal(moment?.deleted, gone);
      else assert.deepEqual([moment?.rowsBefore, moment?.counted], [rows, true]);
      found.set(table, moment?.target ?? "");
    }
  }).timeout(10 * MINUTE);

  for (const { table, rows, gone, fate } of mistakes)
    it(`brings the rows back with the target that it proposes for a table that was ${fate}`, async () => {
      const target = found.get(table) ?? "";
      const result = (await rescueTable(lives.database, { table, to: target }, quiet)) as RescueResult;
      process.stdout.write(describeRescue(result));
      assert.deepEqual(
        [result.rows, result.comparison?.onlyThere, result.comparison?.onlyHere, result.comparison?.same],
        [rows, gone, 0, rows - gone],
      );
      assert.equal(await sumOf(result.into ?? ""), sums.get(table));
      if (fate === "dropped") assert.equal(result.columns, null);
      else {
        await lives.database.value(result.putBack ?? "");
        assert.equal(await sumOf(`public.${table}`), sums.get(table));
      }
      await lives.database.value(result.remove ?? "");
    }).timeout(6 * MINUTE);
}
