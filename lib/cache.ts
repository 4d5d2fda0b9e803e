import { existsSync } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "./paths";
import { startTimeOf } from "./lock";
import { entryName, type Recipe } from "./recipe";

/** Entries of one name that are kept: the one in use, and the one before it for a second checkout. */
const KEPT_ENTRIES = 2;

/** Milliseconds for which an entry that was used is kept in any case: another checkout may be at work with it. */
const IN_USE_MS = 12 * 60 * 60_000;

/** Where unfinished work lies, in directories that begin with the pid of their owner. */
function unfinishedDir(): string {
  return join(cacheDir(), "unfinished");
}

/** Removes the unfinished work of runs that were killed. */
export async function removeAbandoned(): Promise<void> {
  await mkdir(unfinishedDir(), { recursive: true });
  for (const name of await readdir(unfinishedDir())) {
    if (startTimeOf(Number.parseInt(name, 10)) !== undefined) continue;
    await rm(join(unfinishedDir(), name), { recursive: true, force: true });
  }
}

/** Where a recipe's result is, or will be. */
export function entryDir(recipe: Recipe): string {
  return join(cacheDir(), entryName(recipe));
}

/** Whether a recipe's result is there, whole. */
export function isCached(recipe: Recipe): boolean {
  return existsSync(entryDir(recipe));
}

/**
 * The directory with a recipe's result; `make` fills it when it is not there yet.
 * It appears under its name only when `make` has returned: a run that is killed leaves no half entry.
 */
export async function ensureEntry(
  recipe: Recipe,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const entry = entryDir(recipe);
  if (existsSync(entry)) return entry;
  await withScratch(recipe.name, async (scratch) => {
    const result = join(scratch, "result");
    await mkdir(result);
    await make(result);
    await flush(result);
    try {
      await rename(result, entry);
    } catch (error) {
      if (!existsSync(entry)) throw error;
    }
  });
  return entry;
}

/** Runs `work` with a directory of its own on the cache's disk, and removes that afterwards. */
export async function withScratch<T>(name: string, work: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(unfinishedDir(), { recursive: true });
  const scratch = await mkdtemp(join(unfinishedDir(), `${process.pid}-${name}-`));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A rename can reach the disk before the bytes do; after a power cut the entry would be whole by name only. */
async function flush(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = await open(join(entry.parentPath, entry.name), "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Marks a recipe's result as used now. */
export async function touch(recipe: Recipe): Promise<void> {
  const now = new Date();
  await utimes(entryDir(recipe), now, now);
}

/**
 * Removes what older recipes of the same name left, except the newest and what was used lately.
 * @param now in milliseconds since 1970 @default the clock
 */
export async function prune(name: string, now = Date.now()): Promise<void> {
  const pattern = new RegExp(`^${name}-[^-]+-[0-9a-f]{12}$`);
  const names = (await readdir(cacheDir())).filter((entry) => pattern.test(entry));
  const dated = await Promise.all(
    names.map(async (entry) => {
      const path = join(cacheDir(), entry);
      return { path, used: (await stat(path)).mtimeMs };
    }),
  );
  dated.sort((a, b) => b.used - a.used);
  const unused = dated.slice(KEPT_ENTRIES).filter(({ used }) => now - used > IN_USE_MS);
  for (const { path } of unused) await rm(path, { recursive: true, force: true });
}
