import { readFileSync } from "node:fs";
import { runCommand } from "../command";
import { bringBack } from "../database/bringBack";
import { observeDataDirectory } from "../database/dataDirectory";
import { keepDatabase } from "../database/keepDatabase";
import { requireKnownSettings } from "../database/knownSettings";
import { PgBackRest } from "../database/pgbackrest";
import { refuseDuringReplacement } from "../database/replacement";
import { requestedTarget } from "../database/requestedTarget";
import { readRetentionDays } from "../database/retention";
import { lockVolume, volumeOf } from "../database/volume";
import {
  databaseVariables,
  flag,
  integer,
  keeping,
  matching,
  readEnvironment,
  secret,
  sharedBuffers,
  text,
} from "../environment";
import { LineageStore } from "../lineage/lineageStore";
import { openStorage } from "../openStorage";
import { jobNames } from "../../plan/names";
import { parseRestoreTarget, restoreTargetRule } from "../../plan/restoreTarget";
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
    restoreTo: keeping("RESTORE_TO", restoreTargetRule, ""),
    acceptEmptyTables: text("ACCEPT_EMPTY_TABLES", ""),
    acceptLossAfter: keeping("ACCEPT_LOSS_AFTER", walSegmentRule, ""),
    sharedBuffers,
    configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
    archiverKey: text("ARCHIVE_S3_KEY", ""),
    archiverSecret: secret("ARCHIVE_S3_KEY_SECRET", ""),
    archiveTimeout: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
    siteId: matching("SITE_ID", /^[0-9a-f-]{36}$/, "must be the uid of the namespace"),
    siteName: text("SITE_NAME"),
    takeOver: integer("TAKE_OVER", 1, 0),
    maxDataAgeSeconds: integer("MAX_DATA_AGE_SECONDS", 1, 4 * 3600),
    acceptDataAge: integer("ACCEPT_DATA_AGE", 1, 0),
    postgresMajor: text("POSTGRES_MAJOR"),
    adoptTimeline: integer("ADOPT_TIMELINE", 1, 0),
  });
  const { wantedLabel, restoreTo } = environment;
  const target = parseRestoreTarget(restoreTo);
  const wanted = target === undefined ? undefined : { target, text: restoreTo };
  const volume = volumeOf(environment.pgdata);
  refuseDuringReplacement(volume);
  await requireKnownSettings(
    new PgBackRest(volume.pgdata, undefined),
    readFileSync(environment.configuration, "utf8"),
  );
  let dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  // Valid data may be in use, which is no reason to fail. Anything else is looked at again, alone.
  if (dataDirectory.state !== "valid") {
    lockVolume(volume);
    dataDirectory = await observeDataDirectory(volume.pgdata, volume.incoming);
  }
  log(`${volume.pgdata} is ${dataDirectory.state}`);
  const archiver =
    environment.archiverKey === ""
      ? undefined
      : { key: environment.archiverKey, secret: environment.archiverSecret };
  const storage = await openStorage(environment, log);
  const writer =
    archiver === undefined
      ? storage
      : await openStorage(
          { ...environment, accessKeyId: archiver.key, secretAccessKey: archiver.secret },
          log,
        );
  const site = { id: environment.siteId, name: environment.siteName };
  const place = { volume, storage, store: new LineageStore(storage, writer), site };
  if (dataDirectory.state === "valid")
    return keepDatabase(
      { ...place, control: dataDirectory.control, requested: requestedTarget({ wanted, wantedLabel }) },
      log,
    );
  return bringBack(
    {
      ...place,
      dataDirectory,
      writer,
      archiver,
      role: { name: environment.user, password: environment.password, database: environment.database },
      sharedBuffers: environment.sharedBuffers,
      archiveTimeoutSeconds: environment.archiveTimeout,
      permitInitialise: environment.permitInitialise,
      takeOver: environment.takeOver === 0 ? undefined : environment.takeOver,
      wanted,
      wantedLabel,
      windowDays: readRetentionDays(environment.configuration),
      mayBeEmpty: environment.acceptEmptyTables.split(",").filter(Boolean),
      acceptLossAfter: environment.acceptLossAfter,
      maxDataAgeSeconds: environment.maxDataAgeSeconds,
      acceptDataAge: environment.acceptDataAge,
      postgresMajor: environment.postgresMajor,
      adoptTimeline: environment.adoptTimeline === 0 ? undefined : environment.adoptTimeline,
    },
    log,
  );
});
