import { Failure } from "../../lib/failure";
import { dumpTime } from "../../plan/dumpNames";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { applicationRows } from "./databaseFacts";
import { rowsOf, sumOfRows } from "./dumpManifest";
import { type ListedDump, listDumps, readListedDump } from "./dumpStore";

/** A dump, as a person is told of it. */
export interface DumpDescription {
  name: string;
  /** When its moment was; of a plain one when it was written. */
  takenAt: string;
  /** Of what lies in the bucket. */
  sizeBytes: number;
  /** Null where nothing says it. */
  rows: number | null;
  tables: number | null;
  /** "read back" alone was proven when it was taken; "plain" is one of the runbook, which is read when it is restored. */
  state: "read back" | "plain" | "not committed" | "does not count";
  /** Why it does not count. */
  why?: string;
}

/** Every dump of the bucket, oldest first, with what its manifest says. Nothing of the archives is read. */
export async function describeDumps(
  storage: ObjectStorage,
): Promise<{ dumps: DumpDescription[]; storeTime: string }> {
  const dumps: DumpDescription[] = [];
  for (const dump of await listDumps(storage)) dumps.push(await describe(storage, dump));
  return { dumps, storeTime: storeTimeOf(storage).toISOString() };
}

async function describe(storage: ObjectStorage, dump: ListedDump): Promise<DumpDescription> {
  const { name, layout, sizeBytes, committed, writtenAt } = dump;
  const takenAt = (dumpTime(name) ?? writtenAt).toISOString();
  const unknown = { name, takenAt, sizeBytes, rows: null, tables: null };
  if (layout === "plain") return { ...unknown, state: "plain" };
  if (!committed) return { ...unknown, state: "not committed" };
  try {
    const manifest = await readListedDump(storage, dump);
    const rows = sumOfRows(applicationRows(rowsOf(manifest)));
    return {
      ...{ name, takenAt: manifest.takenAt, sizeBytes, rows, tables: manifest.tables.length },
      state: "read back",
    };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof ObjectStorageError) throw error;
    return { ...unknown, state: "does not count", why: error.what };
  }
}
