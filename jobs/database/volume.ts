import { spawnSync } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../../lib/failure";

/** Places on the database's volume. */
export interface Volume {
  root: string;
  /** The data directory, once it is whole. */
  pgdata: string;
  /** Where one is prepared; only a finished one is renamed. */
  incoming: string;
  /** Sockets and locks. */
  run: string;
  /** Files that pgBackRest fetches ahead. */
  spool: string;
  /** What the last restore did. */
  recoveryReport: string;
  /** Names the life on the volume: `VolumeLife` of jobs/lineage. */
  life: string;
  /** What the watcher of a served database has seen last. */
  fence: string;
  /** A replacement in place that is under way: `Replacement` of replacement.ts. */
  replacement: string;
}

/** @param pgdata path of the data directory; the volume is its parent */
export function volumeOf(pgdata: string): Volume {
  const root = dirname(pgdata);
  return {
    root,
    pgdata,
    incoming: `${pgdata}.incoming`,
    run: join(root, "run"),
    spool: join(root, "spool"),
    recoveryReport: join(root, "recovery.json"),
    life: join(root, "lineage"),
    fence: join(root, "run", "fence"),
    replacement: join(root, "replacement.json"),
  };
}

/** Where the database of a generation is kept that another one has replaced in place. */
export function keptDirectory({ pgdata }: Pick<Volume, "pgdata">, generation: number): string {
  return `${pgdata}.kept-${String(generation).padStart(4, "0")}`;
}

/**
 * Takes the lock that a running server holds, until this process ends.
 * @throws Failure when a server or another restore works on the volume
 */
export function lockVolume(volume: Volume): void {
  mkdirSync(volume.run, { recursive: true, mode: 0o700 });
  const file = join(volume.run, "server.lock");
  const descriptor = openSync(file, "w", 0o600);
  // A kernel lock belongs to the open file, which flock shares with this process and leaves behind.
  const { status, error } = spawnSync("flock", ["--nonblock", "--conflict-exit-code", "75", "3"], {
    stdio: ["ignore", "ignore", "inherit", descriptor],
  });
  if (status === 75)
    throw new Failure(
      `another pod works on ${volume.root}: it holds the lock ${file}`,
      "wait until that server or restore has ended, then run this again",
    );
  if (status !== 0)
    throw new Failure(
      `the lock ${file} cannot be taken: ${error?.message ?? `flock ended with ${status ?? "a signal"}`}`,
      "check that the volume is writable",
    );
}
