import { readFileSync } from "node:fs";
import { runCommand } from "../command";
import { requireConditionalWrites } from "../conditionalWrites";
import { observeDataDirectory } from "../database/dataDirectory";
import { initialiseDatabase } from "../database/initialiseDatabase";
import { requireKnownSettings } from "../database/knownSettings";
import { observeLineage } from "../database/lineage";
import { PgBackRest } from "../database/pgbackrest";
import { decideRecovery } from "../database/recoveryDecision";
import { restoreDatabase } from "../database/restoreDatabase";
import { lockVolume, volumeOf } from "../database/volume";
import { databaseVariables, flag, keeping, matching, readEnvironment, secret, text } from "../environment";
import { Failure } from "../../lib/failure";
import { openStorage } from "../openStorage";
import { jobNames } from "../../plan/names";
import { walSegmentRule } from "../../plan/walSegment";

runCommand(jobNames.restoreDatabase, 12 * 60, async (log) => {
  const environment = readEnvironment(process.env, {
    ...databaseVariables,
    pgdata: text("PGDATA"),
    database: text("POSTGRES_DB"),
    user: text("DB_USER"),
    password: secret("DB_PASSWORD"),
    permitInitialise: flag("PERMIT_INITIALISE"),
    wantedLabel: text("RESTORE_SET", ""),
    acceptEmptyTables: text("ACCEPT_EMPTY_TABLES", ""),
    acceptLossAfter: keeping("ACCEPT_LOSS_AFTER", walSegmentRule, ""),
    sharedBuffers: matching(
      "SHARED_BUFFERS",
      /^\d+MB$/,
      "must be an amount of memory, as in 1024MB",
      "128MB",
    ),
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    archiverKey: text("ARCHIVE_S3_KEY", ""),
    archiverSecret: secret("ARCHIVE_S3_KEY_SECRET", ""),
  });
  const { generation, wantedLabel, permitInitialise } = environment;
  const volume = volumeOf(environment.pgdata);
  await requireKnownSettings(new PgBackRest(volume.pgdata), readFileSync(environment.configuration, "utf8"));
  let dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  // Valid data may be in use, which is no reason to fail. Anything else is looked at again, alone.
  if (dataDirectory.state !== "valid") {
    lockVolume(volume);
    dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  }
  log(`${volume.pgdata} is ${dataDirectory.state}`);
  if (dataDirectory.state === "valid") return { action: "kept", systemId: dataDirectory.control.systemId };

  const storage = await openStorage(environment, log);
  const lineage = await observeLineage({
    storage,
    info: () => new PgBackRest(volume.pgdata).info(),
    generation,
    wantedLabel,
  });
  log(`backups of ${generation}: ${lineage.state}`);
  const decision = decideRecovery({ dataDirectory, lineage, permitInitialise });
  const role = { name: environment.user, password: environment.password, database: environment.database };
  const archiver =
    environment.archiverKey === ""
      ? undefined
      : { key: environment.archiverKey, secret: environment.archiverSecret };
  switch (decision.action) {
    case "keep":
      return { action: "kept" };
    case "initialise":
      // What begins here could not be backed up at a store without them. A restore is not held up by that.
      await requireConditionalWrites(
        await openStorage(
          archiver === undefined
            ? environment
            : { ...environment, accessKeyId: archiver.key, secretAccessKey: archiver.secret },
          log,
        ),
      );
      return initialiseDatabase(volume, role, log);
    case "restore":
      if (lineage.state !== "committed") throw new Error("a restore was decided without a backup");
      return restoreDatabase(
        {
          volume,
          lineage,
          generation,
          storage,
          role,
          archiver,
          sharedBuffers: environment.sharedBuffers,
          mayBeEmpty: environment.acceptEmptyTables.split(",").filter(Boolean),
          acceptLossAfter: environment.acceptLossAfter,
        },
        log,
      );
    case "refuse":
      throw new Failure(decision.reason, decision.remedy);
  }
});
