import { constants } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Failure, reasonOf } from "../../lib/failure";
import type { Volume } from "./volume";
import { fullDiskRemedy, saysFullDisk } from "./volumeSpace";

/**
 * Copies those files of the stopped database that is there which were not written since a base backup began into the empty directory
 * beside it, so that pgBackRest has to fetch the others only. It compares each by its checksum with the manifest of the backup
 * (`--delta`) and fetches what differs: a file that is damaged, or too new by a clock that was off, costs the time of its copy.
 * One that cannot be read is left out. On a file system that shares blocks (XFS, Btrfs) nothing is written.
 * @param startedAt when the base backup began
 * @returns bytes that were copied; 0 where there is nothing to compare with
 * @throws Failure when the volume is full
 * @see https://pgbackrest.org/command.html#command-restore/category-command/option-delta
 */
export async function takeNear(
  { pgdata, incoming }: Pick<Volume, "pgdata" | "incoming">,
  startedAt: Date,
  log: (line: string) => void,
): Promise<number> {
  // pgBackRest knows by it a directory to compare with: without it, and with it last, half a copy is no beginning.
  const mark = join(pgdata, "PG_VERSION");
  let bytes = 0;
  for (const file of [...(await relationFiles(pgdata, log)), mark])
    try {
      const { size, mtimeMs } = await stat(file);
      if (mtimeMs >= startedAt.getTime() && file !== mark) continue;
      const copy = join(incoming, relative(pgdata, file));
      await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
      await copyFile(file, copy, constants.COPYFILE_FICLONE);
      bytes += size;
    } catch (error) {
      if (saysFullDisk(reasonOf(error)))
        throw new Failure(`${file} cannot be copied: ${reasonOf(error)}`, fullDiskRemedy);
      log(`${file} is fetched, since it cannot be copied: ${reasonOf(error)}`);
      if (file === mark) return 0;
    }
  return bytes;
}

/** None where they cannot be listed, as in a database that was damaged. */
async function relationFiles(pgdata: string, log: (line: string) => void): Promise<string[]> {
  try {
    const entries = await readdir(join(pgdata, "base"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    log(`the files of the database that is there cannot be listed: ${reasonOf(error)}`);
    return [];
  }
}
