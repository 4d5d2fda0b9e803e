import { Failure } from "../../lib/failure";
import { notSupersededTag, supersededTag } from "../../plan/lifecycle";
import { dumpsPrefix } from "../../plan/repository";
import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { storeTimeOf } from "../storeTime";
import { applicationRows } from "./databaseFacts";
import { planDumpExpiry } from "./dumpExpiry";
import { rowsOf, sumOfRows } from "./dumpManifest";
import { type ListedDump, listDumps, readListedDump } from "./dumpStore";

/**
 * Marks the objects of dumps that newer good ones have replaced for the bucket's lifecycle rule, and nothing else: it deletes nothing, and
 * leaves dumps of the runbook alone.
 * @throws Failure when there is no good dump
 */
export async function expireDumps(
  storage: ObjectStorage,
  log: (line: string) => void,
): Promise<{ kept: string[]; superseded: string[] }> {
  const dumps = (await listDumps(storage)).filter(({ layout }) => layout === "own");
  const now = storeTimeOf(storage);
  const facts = [];
  for (const dump of dumps) {
    const { name, committed } = dump;
    facts.push({ name, committed, rows: committed ? await rowsIn(storage, dump, log) : undefined });
  }
  const fates = planDumpExpiry(facts, now);
  if (!facts.some(({ committed, rows }) => committed && (rows ?? 0) > 0))
    throw new Failure(
      `nothing was marked in ${storage.describe(dumpsPrefix)}: there is no dump that was read back, is whole and holds rows`,
      "find out why there is none; take one (npm run backup -- dump), then run this again",
    );
  for (const { name, superseded, why } of fates) {
    for (const { key } of dumps.find((dump) => dump.name === name)?.objects ?? [])
      await storage.tag(key, superseded ? supersededTag : notSupersededTag);
    log(`${superseded ? "superseded" : "kept"}: ${name} (${why})`);
  }
  const names = (gone: boolean): string[] =>
    fates.filter(({ superseded }) => superseded === gone).map(({ name }) => name);
  return { kept: names(false), superseded: names(true) };
}

/** Rows of a dump as its manifest says; undefined where that does not count. A store that is silent is no reason to give up anything. */
async function rowsIn(
  storage: ObjectStorage,
  dump: ListedDump,
  log: (line: string) => void,
): Promise<number | undefined> {
  try {
    return sumOfRows(applicationRows(rowsOf(await readListedDump(storage, dump))));
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof ObjectStorageError) throw error;
    log(error.message);
    return undefined;
  }
}
