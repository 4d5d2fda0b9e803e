import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../lib/failure";
import { syncDirectory } from "../../lib/syncDirectory";
import { readControlData } from "./dataDirectory";
import { type KeptDatabase, noteKept } from "./keptDatabase";
import { keptDirectory, type Volume } from "./volume";

/**
 * Puts a prepared directory into place, as the last step of a restore. A database that is there is kept beside it; killed between the
 * two renames, the same call goes on. No server starts meanwhile: the volume does not say yet that its life may be served.
 * @param former the database that is there; undefined where there is none
 * @throws Failure when it is not one that was opened and stopped cleanly
 */
export async function putIntoPlace(volume: Volume, former?: KeptDatabase): Promise<void> {
  const { state } = await readControlData(volume.incoming);
  for (const signal of ["recovery.signal", "standby.signal"])
    if (existsSync(join(volume.incoming, signal))) throw new Error(`${signal} is left in ${volume.incoming}`);
  if (state !== "shut down")
    throw new Failure(
      `the restored database was not shut down cleanly (it is "${state}")`,
      "run the restore again",
    );
  if (former !== undefined) await setAside(volume, former);
  // What was seen there was about an earlier life.
  rmSync(volume.fence, { force: true });
  renameSync(volume.incoming, volume.pgdata);
  await syncDirectory(volume.root);
}

async function setAside(volume: Volume, former: KeptDatabase): Promise<void> {
  const kept = keptDirectory(volume, former.generation);
  if (existsSync(kept)) {
    if (existsSync(volume.pgdata))
      throw new Failure(
        `${kept} is there already, and ${volume.pgdata} as well: which of them is generation ${former.generation} cannot be told`,
        "look at both before anything is moved; nothing was changed",
      );
    return;
  }
  await noteKept(volume, former);
  renameSync(volume.pgdata, kept);
  await syncDirectory(volume.root);
}
