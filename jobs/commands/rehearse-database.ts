import { runCommand } from "../command";
import { basesToRestore } from "../database/basesToRestore";
import { observeDataDirectory } from "../database/dataDirectory";
import { knownHistories } from "../database/knownHistories";
import { imageVariables } from "../database/restoreEnvironment";
import { restoreFromBases } from "../database/restoreFromBases";
import { usableIn } from "../database/usableBase";
import { lockVolume, volumeOf } from "../database/volume";
import { databaseVariables, integer, readEnvironment, sharedBuffers, text } from "../environment";
import { chainOf } from "../lineage/chain";
import { requireHead } from "../lineage/requireHead";
import { Failure } from "../../lib/failure";
import { jobNames } from "../../plan/names";
import { openStorage } from "../openStorage";

runCommand(jobNames.rehearseDatabase, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
    archiveTimeoutSeconds: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
    sharedBuffers,
    ...imageVariables,
  });
  const volume = volumeOf(environment.pgdata);
  lockVolume(volume);
  const dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  if (dataDirectory.state !== "empty")
    throw new Failure(
      `${volume.pgdata} is ${dataDirectory.state}: a rehearsal works on a volume of its own`,
      "give it an empty one",
    );
  const storage = await openStorage(environment, log);
  // The reader's keys: a rehearsal claims nothing and archives nothing, and could not.
  const { lineage, head } = await requireHead(storage, "rehearse");
  const chain = chainOf(lineage, head.number);
  const bases = await basesToRestore({ volume, dataDirectory, storage, chain, wantedLabel: "" }, log);
  log(`rehearsing the recovery of generation ${head.number}, which lives on (site ${head.claim.site.name})`);
  const report = await restoreFromBases(
    {
      volume,
      chain,
      bases,
      requireUsable: usableIn(environment),
      acceptCollations: environment.acceptCollations,
      histories: knownHistories(lineage),
      succession: undefined,
      storage,
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
    },
    log,
  );
  return { ...report, action: "rehearsed", headGeneration: head.number };
});
