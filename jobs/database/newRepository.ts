import { waitFor } from "../../lib/wait";
import type { ObjectStorage } from "../objectStorage";
import { PgBackRest, told } from "./pgbackrest";
import { pgBackRestLine } from "./pgbackrestLog";
import { programEnvironment } from "./programEnvironment";
import type { Volume } from "./volume";
import { archivePrefix, listArchivedWal } from "./walArchive";

/** Keys that may write to the repository. */
export interface ArchiverKey {
  key: string;
  secret: string;
}

/** The repository of a generation that is claimed and not yet opened. */
export interface NewRepository {
  volume: Volume;
  storage: ObjectStorage;
  /** Generation. */
  number: number;
  /** Undefined where the pod itself may write. */
  archiver: ArchiverKey | undefined;
}

/**
 * Makes the stanza of a generation from the directory that is prepared.
 * @returns the directory of its WAL in the repository, as in `15-1`
 * @throws Failure
 */
export async function createRepository(
  { volume, number, archiver }: NewRepository,
  log: (line: string) => void,
): Promise<string> {
  const keys =
    archiver === undefined
      ? {}
      : { PGBACKREST_REPO1_S3_KEY: archiver.key, PGBACKREST_REPO1_S3_KEY_SECRET: archiver.secret };
  const pgBackRest = new PgBackRest(volume.incoming, number, programEnvironment(process.env, keys));
  await told(`the repository of generation ${number} cannot be made`, () =>
    pgBackRest.createStanza((line) => {
      const shown = pgBackRestLine(line);
      if (shown !== undefined) log(shown);
    }),
  );
  const { databases } = await told(`the repository of generation ${number} cannot be read`, () =>
    pgBackRest.info(),
  );
  const [database] = Object.entries(databases);
  if (database === undefined) throw new Error(`the stanza of generation ${number} names no database`);
  const [id, { version }] = database;
  return `${version}-${id}`;
}

/**
 * Settings of a server that archives into the generation that its volume names. It is not fenced: nobody is served by it.
 * @param keys whether its environment holds other keys to archive with than to fetch with
 */
export function archivingSettings(keys: "the pod's" | "the archiver's"): Record<string, string> {
  // The shell puts the writer's keys in: they must not stand in the arguments of any process.
  const writer =
    keys === "the archiver's"
      ? 'PGBACKREST_REPO1_S3_KEY="$ARCHIVER_S3_KEY" PGBACKREST_REPO1_S3_KEY_SECRET="$ARCHIVER_S3_KEY_SECRET" '
      : "";
  return {
    archive_mode: "on",
    archive_command: `${writer}FENCE=none /opt/recovery/bin/pgbackrest-push %p`,
  };
}

/** Environment of a server that fetches with the reader's keys and archives with the writer's, or does both as its pod. */
export function archiverEnvironment(
  volume: Volume,
  archiver: ArchiverKey | undefined,
): Record<string, string> {
  return programEnvironment(process.env, {
    PGBACKREST_PG1_PATH: volume.incoming,
    VOLUME_LIFE: volume.life,
    // One line for each segment is PostgreSQL's own.
    PGBACKREST_LOG_LEVEL_CONSOLE: "warn",
    ...(archiver === undefined
      ? {}
      : { ARCHIVER_S3_KEY: archiver.key, ARCHIVER_S3_KEY_SECRET: archiver.secret }),
  });
}

/**
 * Waits until segments and histories are archived in a generation's own path.
 * @throws Failure after three minutes
 */
export async function untilArchived(
  { storage, number }: Pick<NewRepository, "storage" | "number">,
  archiveId: string,
  files: readonly string[],
): Promise<void> {
  await waitFor(
    `${files.join(" and ")} to be archived in ${storage.describe(archivePrefix(number, archiveId))}`,
    "check that the writer's keys (ARCHIVE_S3_KEY), or else the pod's role, may write there, then run the restore again",
    { timeoutMs: 180_000, everyMs: 300 },
    async () => {
      const { segments, histories } = await listArchivedWal(storage, number, archiveId);
      return files.every((file) => segments.includes(file) || histories.includes(file)) ? true : undefined;
    },
  );
}
