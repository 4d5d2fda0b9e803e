import { randomBytes } from "node:crypto";
import { link, mkdir, open, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { create } from "tar";
import { syncDirectory } from "./syncDirectory";
import { withTemporaryDirectory } from "./temporaryDirectory";

/**
 * Writes texts as the files of one `.tar.gz`, which only this user can read: whole or not at all, and never over a file that is there.
 * @param file path of the archive
 * @param content path in the archive → text; no path leads out of it
 * @throws Error with code EEXIST when there is such a file
 */
export async function writeArchive(file: string, content: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(content).sort();
  const unfinished = join(dirname(file), `.${randomBytes(6).toString("hex")}.new`);
  await withTemporaryDirectory("archive", async (directory) => {
    for (const name of names) {
      const path = join(directory, name);
      if (!path.startsWith(`${directory}/`)) throw new Error(`"${name}" leads out of the archive`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, content[name] ?? "", { mode: 0o600 });
    }
    try {
      // Made by nobody else, and for nobody else, before anything is in it.
      await (await open(unfinished, "wx", 0o600)).close();
      await create({ cwd: directory, file: unfinished, gzip: true, portable: true, mode: 0o600 }, names);
      const written = await open(unfinished, "r");
      await written.sync();
      await written.close();
      await link(unfinished, file);
    } finally {
      await rm(unfinished, { force: true });
    }
  });
  await syncDirectory(dirname(file));
}
