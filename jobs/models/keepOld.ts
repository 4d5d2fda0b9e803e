import { copyFile, link, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../../lib/failure";
import { retry } from "../../lib/retry";
import { syncDirectory } from "../../lib/syncDirectory";
import { fileVersion } from "./checkpointFiles";
import { entryAt } from "./fileSet";

/** Gives a file a second name. Injected by tests. */
export type Link = typeof link;

/** File systems, or rights, without hard links. */
const noLinks = ["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"];

/**
 * Lets a file have a second name, under which it is kept when another one is renamed over the first. A copy where the file system has no
 * hard links. A symbolic link stays as it is: the journal has its text.
 * @throws Failure when the file is written to while it is copied
 */
export async function keepOld(file: string, kept: string, makeLink: Link = link): Promise<void> {
  const living = await entryAt(file);
  if (living?.isFile() !== true) return;
  const before = await entryAt(kept);
  if (before !== undefined && before.ino === living.ino && before.dev === living.dev) return;
  await mkdir(dirname(kept), { recursive: true });
  // Of the same file before it was written anew, or a copy that a killed exchange has made.
  await rm(kept, { force: true });
  try {
    await makeLink(file, kept);
  } catch (error) {
    if (!noLinks.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await copyResting(file, kept);
  }
  await syncDirectory(dirname(kept));
}

async function copyResting(file: string, kept: string): Promise<void> {
  const part = `${kept}.part`;
  await retry(
    3,
    (error) => error instanceof Failure,
    () => undefined,
    async () => {
      const { version } = await fileVersion(file);
      await copyDurably(file, part);
      if ((await fileVersion(file)).version !== version)
        throw new Failure(
          `${file} was written while it was copied`,
          "run this when nobody writes checkpoints",
        );
    },
  );
  await rename(part, kept);
}

/** Copies a file so that it lasts through a power cut. */
export async function copyDurably(file: string, copy: string): Promise<void> {
  await copyFile(file, copy);
  const handle = await open(copy, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether files of a directory can have a second name. Leaves nothing behind. */
export async function hasLinks(directory: string, makeLink: Link = link): Promise<boolean> {
  const [probe, second] = [`${directory}/.link-probe.tmp`, `${directory}/.link-probe-2.tmp`];
  await rm(second, { force: true });
  await (await open(probe, "w")).close();
  try {
    await makeLink(probe, second);
    return true;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true });
    await rm(second, { force: true });
  }
}
