import { formatBytes, secondsSince } from "../../lib/format";
import { Failure } from "../../lib/failure";
import { databaseVariables, integer, sharedBuffers, text, type Values } from "../environment";
import type { Chain } from "../lineage/chain";
import type { Lineage } from "../lineage/readLineage";
import type { ObjectStorage } from "../objectStorage";
import type { Base } from "./databaseBackups";
import { type DataDirectory, observeDataDirectory } from "./dataDirectory";
import { fetchBaseBackup } from "./fetchBaseBackup";
import { prepareIncoming } from "./incomingDirectory";
import { knownHistories } from "./knownHistories";
import { type ProvenArchive, provenArchive } from "./provenArchive";
import { segmentsToReplay } from "./restoreDatabase";
import type { RestoreFromBasesPlan } from "./restoreFromBases";
import type { RestorePlan } from "./restorePlan";
import type { WantedTarget } from "./targetChoice";
import { readableIn } from "./usableBase";
import { lockVolume, type Volume, volumeOf } from "./volume";
import { requireRoom } from "./volumeSpace";

/** What the commands read that work on a copy of the database on a volume of its own, with the reader's keys. */
export const throwAwayVariables = {
  ...databaseVariables,
  pgdata: text("PGDATA"),
  database: text("POSTGRES_DB"),
  archiveTimeoutSeconds: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
  sharedBuffers,
  postgresMajor: text("POSTGRES_MAJOR"),
};

/**
 * The volume of a copy, which nobody else uses.
 * @throws Failure when there is a database on it
 */
export async function throwAwayVolume(
  pgdata: string,
): Promise<{ volume: Volume; dataDirectory: Exclude<DataDirectory, { state: "valid" }> }> {
  const volume = volumeOf(pgdata);
  lockVolume(volume);
  const dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  if (dataDirectory.state !== "empty")
    throw new Failure(
      `${volume.pgdata} is ${dataDirectory.state}: a copy of the database needs a volume of its own`,
      "give it an empty one",
    );
  return { volume, dataDirectory };
}

/**
 * Plan of a copy: it claims nothing and archives nothing, and could not. Nothing of it must be as it is in a database that is served.
 * @param wanted where to stop; undefined for the end of the archive
 */
export function throwAwayPlan(
  environment: Pick<
    Values<typeof throwAwayVariables>,
    "database" | "sharedBuffers" | "archiveTimeoutSeconds" | "postgresMajor"
  >,
  place: {
    volume: Volume;
    storage: ObjectStorage;
    lineage: Lineage;
    chain: Chain;
    bases: readonly [Base, ...Base[]];
    wanted?: WantedTarget | undefined;
  },
): RestoreFromBasesPlan {
  const { lineage, ...rest } = place;
  return {
    ...rest,
    requireUsable: readableIn(environment.postgresMajor),
    acceptCollations: "",
    histories: knownHistories(lineage),
    succession: undefined,
    database: environment.database,
    role: undefined,
    archiver: undefined,
    sharedBuffers: environment.sharedBuffers,
    mayBeEmpty: [],
    archiveTimeoutSeconds: environment.archiveTimeoutSeconds,
    windowDays: Infinity,
    maxDataAgeSeconds: Infinity,
    acceptDataAge: 0,
    acceptLossAfter: "",
  };
}

/**
 * Fetches the base backup of a copy, after the archive is proven and the volume has room.
 * @throws DamagedBase; Failure
 */
export async function fetchThrowAway(plan: RestorePlan, log: (line: string) => void): Promise<ProvenArchive> {
  const { volume, base } = plan;
  const { backup } = base;
  const proven = await provenArchive(plan);
  log(`archive is whole from ${backup.walStart} to ${proven.last}`);
  await requireRoom(volume, {
    databaseBytes: backup.databaseBytes,
    segments: segmentsToReplay(backup.walStart, proven.last),
    rebuilds: false,
  });
  const begin = prepareIncoming(volume);
  const start = Date.now();
  log(
    `fetching base backup ${backup.label} of generation ${base.generation}, ${backup.stoppedAt.toISOString()}: ${formatBytes(backup.repositoryBytes)} to fetch, ${formatBytes(backup.databaseBytes)} on disk`,
  );
  await fetchBaseBackup(plan, begin, log);
  log(`base backup is in place after ${secondsSince(start)} s`);
  return proven;
}
