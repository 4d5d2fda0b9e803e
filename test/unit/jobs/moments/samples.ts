import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What pg_waldump of a major version printed of a server with `wal_level = replica`; but for records of system catalogs. One after the
 * other: a table dropped; one truncated; 60 rows deleted from `Odd "Name`; 20 rows of a partition deleted and, in a
 * subtransaction, 20 updated, with a delete that was rolled back; a column's type changed; VACUUM FULL; a table truncated and filled
 * again; a drop that was rolled back; 9 rows deleted by a prepared transaction; a table made, and 100 rows copied into it; REINDEX; 50 rows
 * updated; a schema with a table of 33 rows made, and dropped; a database made, and dropped.
 */
export function sampleOf(version: Version): string[] {
  return readFileSync(join(__dirname, "waldump", `${version}.txt`), "utf8").split("\n");
}

/** Versions of which there is a sample. */
export const versions = [15, 17, 18] as const;

/** One of {@link versions}. */
export type Version = (typeof versions)[number];

/** Number of the database in all samples. */
export const sampleDatabase = 16384;

/** The tables of a sample, by the number of their first files. */
export const sampleTables: Record<Version, Record<string, number>> = {
  15: {
    kept: 16385,
    dropped: 16393,
    odd: 16408,
    emptied: 16401,
    part: 16418,
    vacuumed: 16428,
    rewritten: 16423,
    copied: 16456,
  },
  17: {
    kept: 16385,
    dropped: 16393,
    odd: 16408,
    emptied: 16401,
    part: 16418,
    vacuumed: 16428,
    rewritten: 16423,
    copied: 16456,
  },
  18: {
    kept: 16385,
    dropped: 16394,
    odd: 16411,
    emptied: 16403,
    part: 16422,
    vacuumed: 16432,
    rewritten: 16427,
    copied: 16461,
  },
};
