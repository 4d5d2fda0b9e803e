import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { formatBytes } from "../../lib/format";
import { takeNear } from "./takeNear";
import type { Volume } from "./volume";

/** What a restore begins with: nothing, or what another one has fetched before it was stopped. */
export type Begin = "anew" | "with what is there";

/** pgBackRest takes a directory for one to compare with when it holds one of these. */
const comparable = ["backup.manifest", "PG_VERSION"];

/**
 * Gets the directory beside the data directory ready for a base backup. What a restore has fetched that was stopped stays:
 * pgBackRest compares each file by its checksum with the manifest of the backup that is wanted now, fetches what differs, and
 * removes what is not in it (`--delta`). So it does not matter which backup it was, how far it came, or that a server has
 * written to it since. The caller holds the lock of the volume.
 * @see https://pgbackrest.org/command.html#command-restore/category-command/option-delta
 */
export function prepareIncoming(volume: Volume): Begin {
  const { incoming, spool } = volume;
  // A killed restore may have left answers that were true then.
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { mode: 0o700 });
  if (comparable.some((file) => existsSync(join(incoming, file)))) {
    // Of a server that ended with its pod, since nobody else had the lock; pgBackRest would take it for a running one.
    rmSync(join(incoming, "postmaster.pid"), { force: true });
    return "with what is there";
  }
  makeEmpty(incoming);
  return "anew";
}

/**
 * Gets it ready beside a stopped database that is there: with what of it is as it was when the base backup began.
 * @param startedAt when that was
 * @throws Failure when the volume is full
 */
export async function prepareBeside(
  volume: Volume,
  startedAt: Date,
  log: (line: string) => void,
): Promise<Begin> {
  if (prepareIncoming(volume) === "with what is there") return "with what is there";
  const bytes = await takeNear(volume, startedAt, log);
  if (bytes > 0) {
    log(
      `${formatBytes(bytes)} of the database that is there were not written since that backup, and are copied`,
    );
    return "with what is there";
  }
  makeEmpty(volume.incoming);
  return "anew";
}

function makeEmpty(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
}
