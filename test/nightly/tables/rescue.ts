import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { rescueTable } from "../../../automation/rescue";
import { describeRescue, type RescueResult } from "../../../cli/rescueText";
import { names } from "../../../plan/names";
import type { Lives } from "../lineage/lives";
import { archived } from "./archived";
import { Writer, writerTables } from "./writer";

const MINUTE = 60_000;
const quiet = (): undefined => undefined;
const rows = 20_000;
/** A name that nobody should give, and somebody has. */
const table = `"Order ""Items"""`;
const utcNow = `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** One table as it was, while users work. */
export function rescueCases(lives: Lives): void {
  let before = "";

  it("comes back by a name with quotes and capitals, with columns that have changed since, while a writer writes", async () => {
    const { database } = lives;
    await database.value(writerTables);
    await database.value(
      `set role ${names.databaseUser};
       create table public.${table} ("Id" int primary key, "said ""so""" text, amount int, gone int);
       insert into public.${table} select row, 'said ' || row, row, row from generate_series(1, ${rows}) as row`,
    );
    before = await database.value(utcNow);
    await sleep(2000);
    await database.value(
      `set role ${names.databaseUser};
       alter table public.${table} drop column gone;
       alter table public.${table} add column come int;
       alter table public.${table} alter column amount type numeric(12, 2);
       delete from public.${table} where "Id" <= 100;
       update public.${table} set "said ""so""" = 'other' where "Id" between 101 and 130;
       insert into public.${table} select row, 'new', row from generate_series(${rows + 1}, ${rows + 7}) as row`,
    );
    await archived(database);

    const writer = await Writer.begin(database);
    await sleep(10_000);
    const alone = await writer.rows();
    const result = (await rescueTable(database, { table, to: before }, quiet)) as RescueResult;
    process.stdout.write(describeRescue(result));
    // Of the whole time that the rescue took.
    const during = await writer.stop(alone);
    const { longestPauseSeconds } = await pausesUntil(alone);
    process.stdout.write(
      `the writer wrote ${during.rows} rows during the rescue, its longest pause was ${during.longestPauseSeconds} s (${longestPauseSeconds} s without)\n`,
    );
    assert.ok(during.rows > 100, `${during.rows} rows`);
    assert.ok(during.longestPauseSeconds < 1, `${during.longestPauseSeconds} s`);

    assert.equal(result.rows, rows);
    assert.deepEqual(result.columns, {
      onlyThere: ["gone"],
      onlyHere: ["come"],
      retyped: [{ column: "amount", was: "integer", is: "numeric(12,2)" }],
    });
    const { onlyThere, onlyHere, changed, same } = result.comparison ?? {};
    assert.deepEqual([onlyThere, onlyHere, changed, same], [100, 7, 30, rows - 130]);
    const sum = "select sum(gone) || ' ' || count(*)";
    assert.equal(
      await database.value(`${sum} from ${result.into ?? ""}`),
      `${(rows * (rows + 1)) / 2} ${rows}`,
    );
  }).timeout(10 * MINUTE);

  it("is not brought over what was rescued before, nor from when it was not there", async () => {
    await assert.rejects(
      rescueTable(lives.database, { table, to: before }, quiet),
      /is there already: a table of this name was rescued as of that time before; it was left as it is/,
    );
    await assert.rejects(rescueTable(lives.database, { table: "order", to: before }, quiet), (error) => {
      process.stdout.write(`${String(error)}\n`);
      assert.match(String(error), /there was no table order at /);
      return true;
    });
  }).timeout(6 * MINUTE);

  async function pausesUntil(row: number): Promise<{ longestPauseSeconds: number }> {
    return JSON.parse(
      await lives.database.value(
        `select json_build_object('longestPauseSeconds', max(pause)) from (
          select extract(epoch from at - lag(at) over (order by row)) as pause from public.written where row <= ${row}) as pauses`,
      ),
    ) as { longestPauseSeconds: number };
  }
}
