import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../lib/failure";
import { syncDirectory } from "../../lib/syncDirectory";
import { INCOMING, keptDirectory } from "./checkpointListing";
import { entryAt, type FileSet } from "./fileSet";

/** What an exchange is about, written before its first step. */
export interface Journal {
  kind: "replace" | "undo";
  /** Snapshot that comes, or that is undone. */
  snapshot: string;
  /** Path of the checkpoint in use. */
  modelFile: string;
  /** Where the files lie that come, beneath the checkpoint directory. */
  source: string;
  /** Exchange that an undo undoes. */
  undoes?: string;
  /** ISO time. */
  begunAt: string;
  /** ISO time; absent while it is half done. */
  finishedAt?: string;
  from: FileSet;
  to: FileSet;
  /** Of an undo: what was written since the exchange that it undoes. */
  writtenSince?: string[];
  /** Identity of each file that was put into place, by path, at the end. */
  versions?: Record<string, string>;
}

/** An exchange and its journal. */
export interface Exchange {
  id: string;
  journal: Journal;
}

/** Directory of an exchange, beneath the checkpoint directory. */
export function keptPath(id: string): string {
  return `.kept-${id}`;
}

/** Where an exchange keeps the old files, beneath the checkpoint directory. */
export function oldFiles(id: string): string {
  return `${keptPath(id)}/files`;
}

/** Where the files of an exchange wait that come from a snapshot, beneath the checkpoint directory. */
export function newFiles(id: string): string {
  return `${keptPath(id)}/incoming`;
}

/** Writes the journal of an exchange, whole or not at all. */
export async function writeJournal(directory: string, id: string, journal: Journal): Promise<void> {
  const kept = join(directory, keptPath(id));
  const part = join(kept, "journal.part");
  const handle = await open(part, "w", 0o644);
  try {
    await handle.writeFile(`${JSON.stringify(journal, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, join(kept, "journal.json"));
  await syncDirectory(kept);
}

/**
 * Every exchange of a directory that has begun, oldest first.
 * @throws Failure when the journal of one is damaged
 */
export async function listExchanges(directory: string): Promise<Exchange[]> {
  const found: Exchange[] = [];
  for (const id of await keptIds(directory)) {
    const file = join(directory, keptPath(id), "journal.json");
    if ((await entryAt(file)) === undefined) continue;
    try {
      found.push({ id, journal: JSON.parse(await readFile(file, "utf8")) as Journal });
    } catch {
      throw new Failure(
        `${file} is damaged: what the exchange has done is not known`,
        `look at ${join(directory, oldFiles(id))}, which holds the old files, and put things right by hand`,
      );
    }
  }
  return found;
}

async function keptIds(directory: string): Promise<string[]> {
  return (await readdir(directory)).flatMap((name) => keptDirectory.exec(name)?.[1] ?? []).sort();
}

/**
 * Clears away what a command has left that was killed before its exchange began, or after it had ended. Nobody else works on the
 * directory.
 */
export async function settle(directory: string): Promise<Exchange[]> {
  const exchanges = await listExchanges(directory);
  const begun = new Set(exchanges.map(({ id }) => id));
  for (const id of await keptIds(directory)) if (!begun.has(id)) await takeBack(directory, id);
  const ended = exchanges.filter(({ journal }) => journal.finishedAt !== undefined);
  for (const { id } of ended) await rm(join(directory, newFiles(id)), { recursive: true, force: true });
  const undone = new Set(ended.flatMap(({ journal }) => journal.undoes ?? []));
  for (const id of undone) await removeUndone(directory, id);
  return exchanges.filter(({ id }) => !undone.has(id));
}

/** What was fetched is of use to the next one. */
async function takeBack(directory: string, id: string): Promise<void> {
  const fetched = join(directory, newFiles(id));
  const incoming = join(directory, INCOMING);
  if ((await entryAt(fetched)) !== undefined && (await entryAt(incoming)) === undefined)
    await rename(fetched, incoming);
  await rm(join(directory, keptPath(id)), { recursive: true, force: true });
}

/** An undo has brought back all of its files; what is there in spite of that stays, under a name that counts for nothing. */
async function removeUndone(directory: string, id: string): Promise<void> {
  const kept = join(directory, keptPath(id));
  if ((await entryAt(kept)) === undefined) return;
  const files = await readdir(join(directory, oldFiles(id)), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  if (files.every((entry) => entry.isDirectory())) await rm(kept, { recursive: true, force: true });
  else await rename(kept, join(directory, `.left-${id}`));
}

/**
 * Makes the directory of an exchange.
 * @throws Failure when a later one is there: an undo goes by their order
 */
export async function makeKept(directory: string, id: string): Promise<void> {
  const latest = (await keptIds(directory)).at(-1);
  if (latest !== undefined && latest >= id)
    throw new Failure(
      `exchange ${id} would not be the last one: ${join(directory, keptPath(latest))} is there`,
      "set the clock right of who asked for it, then run this again",
    );
  await mkdir(join(directory, keptPath(id)));
  await syncDirectory(directory);
}
