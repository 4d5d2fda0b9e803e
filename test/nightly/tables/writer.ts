import type { Kubectl } from "../../../automation/kubectl";
import { names } from "../../../plan/names";

/** Longest time that the writer writes, whatever becomes of who began it, seconds. */
const LIMIT_SECONDS = 500;

/** Tables of the writer: each row is in both of the first two, written in one transaction. */
export const writerTables = `
set role ${names.databaseUser};
create table public.written (row int primary key, at timestamptz not null);
create table public.written_twice (row int primary key);
create table public.stop_writing (now boolean);
reset role;`;

/** What a writer has done. */
export interface Written {
  rows: number;
  /** Longest time between two commits, seconds. */
  longestPauseSeconds: number;
}

/** Writes a row every few milliseconds, each in a transaction of its own, until it is told to stop. */
export class Writer {
  private constructor(
    private readonly site: Kubectl,
    private readonly ended: Promise<string>,
  ) {}

  /** Begins after the rows that are there. */
  static async begin(site: Kubectl): Promise<Writer> {
    const rowsBefore = await site.value(
      "delete from public.stop_writing; select count(*) from public.written",
    );
    const ended = site.value(`do $$
      declare
        number int := ${rowsBefore};
        latest timestamptz := clock_timestamp() + interval '${LIMIT_SECONDS} s';
      begin
        loop
          number := number + 1;
          insert into public.written values (number, clock_timestamp());
          insert into public.written_twice values (number);
          exit when exists (select from public.stop_writing) or clock_timestamp() > latest;
          commit;
          perform pg_sleep(0.02);
        end loop;
      end $$`);
    // Told by stop().
    ended.catch(() => undefined);
    return new Writer(site, ended);
  }

  /** Rows that are committed now. */
  async rows(): Promise<number> {
    return Number(await this.site.value("select count(*) from public.written"));
  }

  /** @returns what was written from a row on. @throws Error of the writer, if it had one */
  async stop(from = 1): Promise<Written> {
    await this.site.value("insert into public.stop_writing values (true)");
    await this.ended;
    const text = await this.site.value(
      `select json_build_object('rows', count(*), 'longestPauseSeconds', coalesce(max(pause), 0)) from (
        select extract(epoch from at - lag(at) over (order by row)) as pause from public.written where row >= ${from}) as pauses`,
    );
    return JSON.parse(text) as Written;
  }
}
