import { Failure, reasonOf } from "../../lib/failure";
import { throttle } from "../../lib/throttle";
import { DamagedBase } from "./damagedBase";
import type { Begin } from "./incomingDirectory";
import { PgBackRest, PgBackRestError } from "./pgbackrest";
import { pgBackRestLine } from "./pgbackrestLog";
import { repositoryPrefix } from "./repositoryKeys";
import type { RestorePlan } from "./restorePlan";
import { freeBytes, writeRemedy } from "./volumeSpace";

/**
 * Fetches a base backup into the directory beside the data directory.
 * @throws DamagedBase where an object of it is damaged or gone; Failure where it cannot be fetched for another reason
 */
export async function fetchBaseBackup(
  plan: Pick<RestorePlan, "volume" | "base" | "storage">,
  begin: Begin,
  log: (line: string) => void,
): Promise<void> {
  const { volume, base, storage } = plan;
  const progress = throttle(log, 5_000);
  try {
    await new PgBackRest(volume.incoming, base.generation).restore(
      base.label,
      begin === "with what is there",
      (line) => {
        const share = /DETAIL: restore file .*, (\d+\.\d+)%\)/.exec(line)?.[1];
        const shown = pgBackRestLine(line);
        if (share !== undefined) progress(`base backup: ${share} %`);
        else if (shown !== undefined) log(shown);
      },
    );
  } catch (error) {
    if (!(error instanceof PgBackRestError)) throw error;
    const unwritten = writeRemedy(error.reason, await freeBytes(volume));
    if (unwritten !== undefined)
      throw new Failure(`base backup ${base.label} cannot be restored: ${error.reason}`, unwritten);
    // What S3 refuses is not damage that could be looked for.
    const object = error.object ?? (error.remedy === undefined ? await findDamage(plan, log) : undefined);
    const what = `base backup ${base.label} cannot be restored: ${error.reason}${object === undefined ? "" : ` (object ${storage.describe(object)})`}`;
    if (object === undefined || error.remedy !== undefined)
      throw new Failure(what, error.remedy ?? "fix the cause, then run the restore again");
    throw new DamagedBase(
      what,
      "bring back a former version of that object (the bucket keeps versions), or choose an older backup (lstm-pfd:restoreSet), then run the restore again",
      {
        label: base.label,
        generation: base.generation,
        object: storage.describe(object),
        reason: error.reason,
      },
    );
  }
}

/** Key of a damaged object in the base backup: pgBackRest does not always name it. */
async function findDamage(
  { volume, base, storage }: Pick<RestorePlan, "volume" | "base" | "storage">,
  log: (line: string) => void,
): Promise<string | undefined> {
  log("looking for the damaged object: reading the repository from end to end");
  try {
    const { invalidFiles } = await new PgBackRest(volume.incoming, base.generation).verify();
    const labels = [base.label, ...base.backup.references];
    const found = invalidFiles.find(({ file }) => labels.some((label) => file.includes(`/${label}/`)));
    if (found === undefined) return undefined;
    const key = `${repositoryPrefix(base.generation)}${found.file}`;
    // Small files lie together in bundles.
    return (await storage.list(key, 1)).length > 0 ? key : key.replace(/\/pg_data\/.*$/, "/bundle/");
  } catch (error) {
    log(`nothing found: ${reasonOf(error)}`);
    return undefined;
  }
}
