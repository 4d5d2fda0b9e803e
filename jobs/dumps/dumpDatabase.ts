import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { Failure } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import { withTemporaryDirectory } from "../../lib/temporaryDirectory";
import { dumpName } from "../../plan/dumpNames";
import { lostTables } from "../database/inspection";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { archiveForm, roomIn } from "./archiveForm";
import { applicationRows, beginSnapshot, countTables, extensionTables } from "./databaseFacts";
import {
  type CommittedDump,
  type DumpManifest,
  dumpKeysOf,
  rowDifferences,
  type RowsByTable,
  rowsOf,
  sumOfRows,
} from "./dumpManifest";
import { type ListedDump, listDumps, manifestSha256, manifestText, readCommittedDump } from "./dumpStore";
import { dumpKey, dumpKeys } from "./sealedStream";
import { readBack, writeArchive, writeGlobals } from "./takeDump";

/** What a dump needs. */
export interface DumpPlan {
  storage: ObjectStorage;
  /** Connection to the database, as superuser, which nobody else uses. */
  client: Client;
  /** Directory of the server's socket. */
  socket: string;
  database: string;
  generation: number;
  passphrase: string;
  /** Throws when this site may write to the bucket no longer. */
  requireOwn: () => Promise<void>;
  /** For tests. @default by the size of the database and the room in the scratch */
  form?: DumpManifest["archive"];
}

/** What a dump did. */
export interface DumpReport {
  action: "committed";
  name: string;
  takenAt: string;
  walPosition: string;
  tables: number;
  rows: number;
  databaseBytes: number;
  /** Of what was written, encrypted. */
  dumpBytes: number;
  seconds: number;
  /** Tables that had rows in the dump before, and have none now, or are gone. */
  emptied: string[];
}

/**
 * Takes a dump of the database as it is at one moment, encrypts it, reads it back to its last row, and only then publishes its committed
 * record.
 * @throws Failure when anything of that cannot be done; the dump then does not count, and replaces none
 */
export async function dumpDatabase(plan: DumpPlan, log: (line: string) => void): Promise<DumpReport> {
  const { storage, client } = plan;
  const start = Date.now();
  const earlier = await listDumps(storage);
  const name = dumpName(storeTimeOf(storage));
  const keys = dumpKeysOf(name);
  // Two at the same second would write the parts of one dump.
  await writeNew(storage, `${keys.prefix}begun.json`, { name, run: randomUUID() });
  const snapshot = await beginSnapshot(client);
  return withTemporaryDirectory("dump", async (scratch) => {
    const form = plan.form ?? archiveForm(snapshot.facts.databaseBytes, await roomIn(scratch));
    log(
      `${name}: ${formatBytes(snapshot.facts.databaseBytes)} of database as of ${snapshot.facts.takenAt} (${snapshot.facts.walPosition}), as ${form === "custom" ? "one stream" : "a file for each table"}`,
    );
    const source = { socket: plan.socket, database: plan.database, snapshot: snapshot.id };
    const parts = { storage, name, key: dumpKey(plan.passphrase), scratch };
    const [tables, files] = await bothDone(countTables(client), writeArchive(source, form, parts, log));
    const notCounted = await extensionTables(client);
    await client.query("rollback");
    const globals = await writeGlobals(source, parts);
    const manifest: DumpManifest = {
      ...{ format: 1, name, database: plan.database, generation: plan.generation, archive: form },
      ...snapshot.facts,
      ...{ tables, files, globals },
    };
    const emptied = await compareWithEarlier(plan, earlier, manifest, log);
    const reading = Date.now();
    const rows = await readBack({ storage, name, keyOf: dumpKeys(plan.passphrase) }, manifest, scratch);
    requireRows(manifest, rows, notCounted);
    log(`read back to the last row in ${secondsSince(reading)} s`);
    await publish(plan, manifest);
    log(`committed: ${storage.describe(keys.prefix)}`);
    return {
      ...{ action: "committed", name, takenAt: manifest.takenAt, walPosition: manifest.walPosition },
      ...{ tables: tables.length, rows: sumOfRows(applicationRows(rowsOf(manifest))) },
      ...{ databaseBytes: manifest.databaseBytes, dumpBytes: bytesOf(manifest) },
      ...{ seconds: secondsSince(start), emptied },
    };
  });
}

/** Waits for both, also when one of them fails: neither may go on behind the back of who has given up. */
async function bothDone<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (second.status === "rejected") throw second.reason;
  if (first.status === "rejected") throw first.reason;
  return [first.value, second.value];
}

/** @throws Failure when what was written is not what was counted at the same moment */
function requireRows(
  { name, tables }: DumpManifest,
  found: RowsByTable,
  notCounted: readonly string[],
): void {
  const expected = rowsOf({ tables });
  const counted = Object.fromEntries(
    Object.entries(found).filter(([table]) => table in expected || !notCounted.includes(table)),
  );
  const differences = rowDifferences(expected, counted);
  if (differences.length > 0)
    throw new Failure(
      `the dump ${name} does not hold what the database held at its moment: ${differences.slice(0, 3).join(", ")}`,
      "it does not count; take another one (npm run backup -- dump)",
    );
}

/**
 * A database without a row is no backup of one that had some, and must not come in its place.
 * @returns tables that have lost all rows since the newest good dump
 */
async function compareWithEarlier(
  { storage, database }: DumpPlan,
  dumps: readonly ListedDump[],
  manifest: DumpManifest,
  log: (line: string) => void,
): Promise<string[]> {
  const now = applicationRows(rowsOf(manifest));
  const before = await newestRows(storage, dumps, log);
  if (sumOfRows(now) === 0 && (Object.keys(now).length === 0 || before !== undefined))
    throw new Failure(
      Object.keys(now).length === 0
        ? `database ${database} has no table: there is nothing to dump`
        : `database ${database} has no row in any of its ${Object.keys(now).length} tables, and the dump before has: this one would be none`,
      "look whether it is the right database; if it was emptied by mistake, take it back (npm run restore -- database --to TIME)",
    );
  const { emptied, gone } = lostTables(before ?? {}, now);
  for (const table of emptied) log(`${table} has no row any more; the dump before had some`);
  for (const table of gone) log(`${table} is gone; the dump before had rows of it`);
  return [...gone, ...emptied];
}

/** Rows of the newest dump that counts and holds some; undefined where there is none. */
async function newestRows(
  storage: ObjectStorage,
  dumps: readonly ListedDump[],
  log: (line: string) => void,
): Promise<RowsByTable | undefined> {
  for (const { name } of dumps.filter(({ committed }) => committed).reverse())
    try {
      const rows = applicationRows(rowsOf(await readCommittedDump(storage, name)));
      if (sumOfRows(rows) > 0) return rows;
    } catch (error) {
      if (!(error instanceof Failure) || error instanceof ObjectStorageError) throw error;
      log(error.message);
    }
  return undefined;
}

async function publish({ storage, requireOwn }: DumpPlan, manifest: DumpManifest): Promise<void> {
  const keys = dumpKeysOf(manifest.name);
  // It may have been superseded while the dump ran: its rows would then be the newest of all, and nobody's.
  await requireOwn();
  const text = manifestText(manifest);
  if (!(await storage.writeText(keys.manifest, text, { ifAbsent: true })))
    throw taken(storage, keys.manifest);
  if ((await storage.readText(keys.manifest))?.text !== text)
    throw new Failure(`${storage.describe(keys.manifest)} is not what was written`, "take another dump");
  const committed: CommittedDump = {
    name: manifest.name,
    checkedAt: storeTimeOf(storage).toISOString(),
    manifestSha256: manifestSha256(text),
  };
  await writeNew(storage, keys.committed, committed);
}

async function writeNew(storage: ObjectStorage, key: string, content: object): Promise<void> {
  if (!(await storage.writeText(key, `${JSON.stringify(content)}\n`, { ifAbsent: true })))
    throw taken(storage, key);
}

function taken(storage: ObjectStorage, key: string): Failure {
  return new Failure(
    `${storage.describe(key)} exists already: another dump has taken the same name`,
    "check that only one dump runs at a time, then run it again",
  );
}

function bytesOf({ files, globals }: DumpManifest): number {
  return [...files, globals].flatMap(({ parts }) => parts).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
