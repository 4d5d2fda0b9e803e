import { cpus, totalmem } from "node:os";
import { formatBytes } from "../../lib/format";
import { names } from "../../plan/names";
import type { Lives } from "../nightly/lineage/lives";

/** Bytes in a gigabyte, as object stores and disks count them. */
export const GB = 1e9;

/** Of the rows that are put beside those of the drill: seldom alike, half of them numbers, with two indexes. */
const bytesOfRow = 350;

/**
 * Size of the database that a person has asked for, 5 without.
 * @throws Error when it is no number
 */
export function gigabytesAsked(): number {
  const gigabytes = Number(process.argv[2] ?? 5);
  if (Number.isFinite(gigabytes) && gigabytes > 0) return gigabytes;
  throw new Error(`"${process.argv[2] ?? ""}" is no number of gigabytes`);
}

/** Puts rows into the database until it has about the size that was asked for. */
export async function grow(lives: Lives, gigabytes: number, say: (what: string) => void): Promise<void> {
  await lives.database.value(
    `set role ${names.databaseUser};
     create table public.bench_signals (id bigserial primary key, at timestamptz, machine text, features real[], note text)`,
  );
  const rows = Math.ceil((gigabytes * GB) / bytesOfRow);
  const atOnce = 250_000;
  for (let row = 0; row < rows; row += atOnce) {
    await lives.database.value(
      `insert into public.bench_signals (at, machine, features, note)
       select now() - row * interval '1 s', 'machine ' || row % 97, array(select random()::real + row * 0 from generate_series(1, 32)),
         md5(row::text) || md5(random()::text) from generate_series(${row + 1}, ${Math.min(rows, row + atOnce)}) as row`,
    );
    say(`${Math.min(rows, row + atOnce)} of ${rows} rows`);
  }
  await lives.database.value("create index on public.bench_signals (machine, at); checkpoint");
}

/** What was measured, and where. */
export function onMachine(bytes: number): string {
  const [core] = cpus();
  return `\n${(bytes / GB).toFixed(2)} GB of database, ${cpus().length} cores (${core?.model ?? "unknown"}), ${formatBytes(totalmem())}, ${new Date().toISOString().slice(0, 10)}\n`;
}
