import { runCommand } from "../command";
import { findBases, recordOf } from "../database/databaseBackups";
import { observeDataDirectory } from "../database/dataDirectory";
import { knownHistories } from "../database/knownHistories";
import { PgBackRest } from "../database/pgbackrest";
import { decideRecovery } from "../database/recoveryDecision";
import { restoreDatabase } from "../database/restoreDatabase";
import { lockVolume, volumeOf } from "../database/volume";
import { databaseVariables, integer, matching, readEnvironment, text } from "../environment";
import { chainOf } from "../lineage/chain";
import { LineageStore } from "../lineage/lineageStore";
import { headOf } from "../lineage/readLineage";
import { Failure } from "../../lib/failure";
import { lineagePrefix } from "../../plan/repository";
import { jobNames } from "../../plan/names";
import { openStorage } from "../openStorage";

runCommand(jobNames.rehearseDatabase, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
    archiveTimeoutSeconds: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
    sharedBuffers: matching(
      "SHARED_BUFFERS",
      /^\d+MB$/,
      "must be an amount of memory, as in 1024MB",
      "128MB",
    ),
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
  const lineage = await new LineageStore(storage, storage).read();
  const head = headOf(lineage);
  if (head === undefined)
    throw new Failure(
      `${storage.describe(lineagePrefix)} names no generation, so there is nothing to rehearse`,
      "run `up`: the restore of the database begins the lineage, or adopts what is there",
    );
  const chain = chainOf(lineage, head.number);
  const backups = await findBases({
    storage,
    info: (generation) => new PgBackRest(volume.pgdata, generation).info(),
    chain,
    wantedLabel: "",
  });
  const decision = decideRecovery({ dataDirectory, backups, permitInitialise: false });
  if (decision.action === "refuse") throw new Failure(decision.reason, decision.remedy);
  if (decision.action !== "restore") throw new Error(`decided to ${decision.action} in a rehearsal`);
  const [base] = decision.bases;
  log(`rehearsing the recovery of generation ${head.number}, which lives on (site ${head.claim.site.name})`);
  const report = await restoreDatabase(
    {
      volume,
      chain,
      base,
      record: await recordOf(storage, base),
      histories: knownHistories(lineage),
      succession: undefined,
      storage,
      database: environment.database,
      role: undefined,
      archiver: undefined,
      sharedBuffers: environment.sharedBuffers,
      mayBeEmpty: [],
      archiveTimeoutSeconds: environment.archiveTimeoutSeconds,
      maxDataAgeSeconds: Infinity,
      acceptDataAge: 0,
      acceptLossAfter: "",
    },
    log,
  );
  return { ...report, action: "rehearsed", headGeneration: head.number };
});
