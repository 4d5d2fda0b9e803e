import { randomUUID } from "node:crypto";
import type { PromotedCopy } from "../database/restorePlan";
import { createLike, dropDatabase } from "../dumps/besideDatabase";
import { applicationRows } from "../dumps/databaseFacts";
import { rowsOf, sumOfRows } from "../dumps/dumpManifest";
import { listDumps, readListedDump } from "../dumps/dumpStore";
import { loadDump } from "../dumps/loadDump";
import { dumpKeys } from "../dumps/sealedStream";
import type { ObjectStorage } from "../objectStorage";
import { names } from "../../plan/names";
import type { Evidence, Facts } from "../../plan/evidence";
import { NotRehearsed } from "./steps";

/** Seconds after which the dump is loaded again: every seventh night, and half a day less, because no night begins at the same second. */
export const dumpEverySeconds = 6.5 * 24 * 3600;

/**
 * When the dump was last loaded without a fault, where its turn has not come again; undefined when it has. What has failed comes again at
 * once.
 * @param evidence in any order
 * @param now by the store's clock
 */
export function dumpLoadedAt(
  evidence: readonly Pick<Evidence, "endedAt" | "steps">[],
  now: Date,
): string | undefined {
  const times = evidence
    .filter(({ steps }) => steps.some(({ step, state }) => step === "dump" && state === "passed"))
    .map(({ endedAt }) => endedAt)
    .filter((at) => {
      const seconds = (now.getTime() - Date.parse(at)) / 1000;
      // One of a time that has not come says nothing.
      return seconds >= 0 && seconds < dumpEverySeconds;
    })
    .sort();
  return times.at(-1);
}

/** What the dump is loaded into, and from where. */
export interface DumpToLoad {
  storage: ObjectStorage;
  cipherPass: string;
  /** Of the application; its copy is removed, to make room. */
  database: string;
  /** Directory on the volume of the copy. */
  volume: string;
}

/**
 * Loads the newest committed dump into the copy's server, in place of the copy, and holds its rows to its manifest.
 * @throws Failure that names what is missing, damaged or of other rows; NotRehearsed where there is no committed dump
 */
export async function checkDump(
  { storage, cipherPass, database, volume }: DumpToLoad,
  { connect, socket }: Pick<PromotedCopy, "connect" | "socket">,
  log: (line: string) => void,
): Promise<Facts> {
  const newest = (await listDumps(storage))
    .filter(({ layout, committed }) => layout === "own" && committed)
    .at(-1);
  if (newest === undefined) throw new NotRehearsed("there is no committed dump");
  const manifest = await readListedDump(storage, newest);
  const maintenance = await connect("postgres");
  try {
    // Both would need twice the room; what is loaded sorts as the copy does.
    const like = `${database}_like`;
    await createLike(maintenance, like, database);
    await dropDatabase(maintenance, database);
    const report = await loadDump(
      { storage, keyOf: dumpKeys(cipherPass), wanted: newest.name, socket, database: like, volume },
      { name: names.databaseUser, password: randomUUID() },
      maintenance,
      log,
    );
    return {
      ...{ dump: report.dump, takenAt: report.takenAt, databaseBytes: manifest.databaseBytes },
      ...{ bytes: newest.sizeBytes, tables: Object.keys(report.rows).length, rows: sumOfRows(report.rows) },
      rowsOfManifest: sumOfRows(applicationRows(rowsOf(manifest))),
    };
  } finally {
    await maintenance.end().catch(() => undefined);
  }
}
