import { mkdir, readdir, readlink, rename, rm, rmdir, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Failure } from "../../lib/failure";
import { syncDirectory } from "../../lib/syncDirectory";
import { type Journal, keptPath, oldFiles, settle, writeJournal } from "./exchangeJournal";
import { entryAt, leaving, type LinkText, refuseObstacles, type SetFile } from "./fileSet";
import { keepOld, type Link } from "./keepOld";

/** Of tests. */
export interface ExchangeHooks {
  /** Called before each step with its name; what it throws ends the exchange there, as a kill would. */
  before?: (step: string) => void;
  link?: Link;
}

/**
 * Puts the files of an exchange into place and keeps the old ones. Each step can be repeated: a killed exchange goes on when this is
 * called again. Every file is renamed over the one that it replaces, so that no name is missing for a moment; the checkpoint in use comes
 * after what it may lead to, and what is no longer wanted goes last.
 * @throws Failure when a file is neither in place nor where it comes from
 */
export async function runExchange(
  directory: string,
  id: string,
  journal: Journal,
  hooks: ExchangeHooks = {},
): Promise<Journal> {
  const { from, to, modelFile } = journal;
  const paths = (path: string): Paths => ({
    target: join(directory, path),
    kept: join(directory, oldFiles(id), path),
    source: join(directory, journal.source, path),
    folders: directory,
  });
  await refuseObstacles(directory, to);
  const comes = [
    ...to.files.map((file) => ({
      path: file.path,
      put: () => putFile(paths(file.path), file, hooks),
    })),
    ...to.links.map((each) => ({
      path: each.path,
      put: () => putLink(paths(each.path), each, join(directory, keptPath(id), "link.part"), hooks),
    })),
  ];
  const isLast = ({ path }: { path: string }): boolean => path === modelFile;
  for (const { path, put } of [...comes.filter((each) => !isLast(each)), ...comes.filter(isLast)]) {
    hooks.before?.(`put ${path}`);
    await put();
  }
  const goes = leaving(from, to);
  for (const { path } of goes.files) {
    hooks.before?.(`set aside ${path}`);
    await setAside(paths(path));
  }
  for (const { path } of goes.links) {
    hooks.before?.(`remove ${path}`);
    await removeLink(paths(path));
  }
  hooks.before?.("finish");
  const finished = await finish(directory, id, journal);
  hooks.before?.("clear away");
  await settle(directory);
  return finished;
}

interface Paths {
  target: string;
  kept: string;
  source: string;
  /** Where folders that became empty end. */
  folders: string;
}

async function putFile({ target, kept, source }: Paths, file: SetFile, hooks: ExchangeHooks): Promise<void> {
  const coming = await entryAt(source);
  if (coming === undefined) {
    const there = await entryAt(target);
    if (there?.isFile() === true) return;
    throw new Failure(
      `${file.path} is neither in place nor at ${source}`,
      `bring it back from another snapshot; the old files are at ${kept.slice(0, kept.length - file.path.length - 1)}`,
    );
  }
  const living = await entryAt(target);
  await keepOld(target, kept, hooks.link);
  hooks.before?.(`rename ${file.path}`);
  // Whoever renames a checkpoint into place in this moment would have it replaced without having it kept.
  const now = await entryAt(target);
  if (living?.ino !== now?.ino) await keepOld(target, kept, hooks.link);
  await mkdir(dirname(target), { recursive: true });
  await rename(source, target);
  await syncDirectory(dirname(target));
}

async function putLink(
  { target, kept }: Paths,
  { text }: LinkText,
  part: string,
  hooks: ExchangeHooks,
): Promise<void> {
  const there = await entryAt(target);
  if (there?.isSymbolicLink() === true && (await readlink(target)) === text) return;
  await keepOld(target, kept, hooks.link);
  await rm(part, { force: true });
  await symlink(text, part);
  await mkdir(dirname(target), { recursive: true });
  await rename(part, target);
  await syncDirectory(dirname(target));
}

async function setAside({ target, kept, folders }: Paths): Promise<void> {
  // Moved before, or removed by the application itself.
  if ((await entryAt(target))?.isFile() !== true) return;
  await mkdir(dirname(kept), { recursive: true });
  await rename(target, kept);
  await syncDirectory(dirname(kept));
  await syncDirectory(dirname(target));
  await removeEmpty(dirname(target), folders);
}

async function removeLink({ target, folders }: Paths): Promise<void> {
  if ((await entryAt(target))?.isSymbolicLink() !== true) return;
  await rm(target);
  await syncDirectory(dirname(target));
  await removeEmpty(dirname(target), folders);
}

async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let each = folder; each !== top; each = dirname(each))
    try {
      await rmdir(each);
    } catch {
      // It holds something.
      return;
    }
}

/** What is not there, or not whole, is found here, and not by the next undo. */
async function finish(directory: string, id: string, journal: Journal): Promise<Journal> {
  const versions: Record<string, string> = {};
  for (const { path, sizeBytes } of journal.to.files) {
    const found = await stat(join(directory, path)).catch(() => undefined);
    if (found?.size !== sizeBytes)
      throw new Failure(
        `${join(directory, path)} has ${found?.size ?? "no"} bytes instead of ${sizeBytes}: somebody writes to it`,
        "stop who writes checkpoints, then run this again",
      );
    versions[path] = versionOf(found);
  }
  const finished: Journal = {
    ...journal,
    // What the application has removed meanwhile cannot come back, and what it has added can.
    from: { ...journal.from, files: await filesBelow(join(directory, oldFiles(id))) },
    versions,
    finishedAt: new Date().toISOString(),
  };
  await writeJournal(directory, id, finished);
  return finished;
}

async function filesBelow(folder: string): Promise<SetFile[]> {
  if ((await entryAt(folder)) === undefined) return [];
  const files: SetFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.push({ path: relative(folder, file), sizeBytes: (await stat(file)).size });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Changes when a file is written or replaced; a second name alone does not change it. */
function versionOf({ ino, size, mtimeMs }: { ino: number; size: number; mtimeMs: number }): string {
  return [ino, size, mtimeMs].join(" ");
}

/** Paths that were written, or came, since an exchange has ended. */
export async function writtenSince(
  directory: string,
  journal: Journal,
  living: SetFile[],
): Promise<string[]> {
  const written: string[] = [];
  for (const { path } of living) {
    const before = journal.versions?.[path];
    if (before === undefined || before !== versionOf(await stat(join(directory, path)))) written.push(path);
  }
  return written;
}
