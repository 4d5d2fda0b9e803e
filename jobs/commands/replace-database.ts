import { Client } from "pg";
import { runCommand } from "../command";
import { forgetKept } from "../database/forgetKept";
import { replaceDatabase } from "../database/replaceDatabase";
import { planReplacement } from "../database/replacementPlan";
import { readRetentionDays } from "../database/retention";
import { replacementState } from "../database/replacementState";
import { undoReplacement } from "../database/undoReplacement";
import { lockVolume, type Volume, volumeOf } from "../database/volume";
import {
  databaseVariables,
  integer,
  keeping,
  matching,
  readEnvironment,
  secret,
  sharedBuffers,
  text,
} from "../environment";
import { Failure } from "../../lib/failure";
import { LineageStore } from "../lineage/lineageStore";
import { openStorage } from "../openStorage";
import { jobNames } from "../../plan/names";
import { parseRestoreTarget, restoreTargetRule } from "../../plan/restoreTarget";
import { walSegmentRule } from "../../plan/walSegment";

const variables = {
  ...databaseVariables,
  configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
  pgdata: text("PGDATA"),
  database: text("POSTGRES_DB"),
  user: text("DB_USER", ""),
  password: secret("DB_PASSWORD", ""),
  operation: text("OPERATION"),
  wantedLabel: text("RESTORE_SET", ""),
  restoreTo: keeping("RESTORE_TO", restoreTargetRule, ""),
  generation: integer("GENERATION", 1, 0),
  acceptEmptyTables: text("ACCEPT_EMPTY_TABLES", ""),
  acceptLossAfter: keeping("ACCEPT_LOSS_AFTER", walSegmentRule, ""),
  sharedBuffers,
  archiverKey: text("ARCHIVE_S3_KEY", ""),
  archiverSecret: secret("ARCHIVE_S3_KEY_SECRET", ""),
  archiveTimeout: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
  siteId: matching("SITE_ID", /^[0-9a-f-]{36}$/, "must be the uid of the namespace", ""),
  siteName: text("SITE_NAME", ""),
  maxDataAgeSeconds: integer("MAX_DATA_AGE_SECONDS", 1, 4 * 3600),
  acceptDataAge: integer("ACCEPT_DATA_AGE", 1, 0),
  postgresMajor: text("POSTGRES_MAJOR"),
};

runCommand(jobNames.replaceDatabase, 12 * 60, async (log) => {
  const [action] = process.argv.slice(2);
  const environment = readEnvironment(process.env, variables);
  const { wantedLabel, restoreTo, archiverKey, archiverSecret, operation } = environment;
  const target = parseRestoreTarget(restoreTo);
  const wanted = target === undefined ? undefined : { target, text: restoreTo };
  const volume = volumeOf(environment.pgdata);
  const storage = await openStorage(environment, log);
  const archiver = archiverKey === "" ? undefined : { key: archiverKey, secret: archiverSecret };
  const writer =
    archiver === undefined
      ? storage
      : await openStorage(
          { ...environment, accessKeyId: archiver.key, secretAccessKey: archiver.secret },
          log,
        );
  const store = new LineageStore(storage, writer);
  const place = { volume, storage, store, archiver, operation };
  const windowDays = readRetentionDays(environment.configuration);
  if (action === "plan")
    return withServer(volume, environment.database, (client) =>
      planReplacement({ ...place, wanted, wantedLabel, windowDays, client }, log),
    );
  const generation = environment.generation === 0 ? undefined : environment.generation;
  if (action === "forget") return forgetKept(volume, generation, log);
  if (action === "state") {
    const lineage = await store.read();
    return withServer(volume, environment.database, (client) => replacementState(volume, lineage, client));
  }
  lockVolume(volume);
  const site = { id: environment.siteId, name: environment.siteName };
  const role = {
    name: environment.user,
    password: environment.password,
    database: environment.database,
  };
  const { sharedBuffers: buffers, archiveTimeout: archiveTimeoutSeconds } = environment;
  switch (action) {
    case "replace":
      return replaceDatabase(
        {
          ...place,
          writer,
          site,
          role,
          sharedBuffers: buffers,
          archiveTimeoutSeconds,
          wanted,
          wantedLabel,
          windowDays,
          mayBeEmpty: environment.acceptEmptyTables.split(",").filter(Boolean),
          acceptLossAfter: environment.acceptLossAfter,
          maxDataAgeSeconds: environment.maxDataAgeSeconds,
          acceptDataAge: environment.acceptDataAge,
          postgresMajor: environment.postgresMajor,
        },
        log,
      );
    case "undo":
      return undoReplacement(
        { ...place, site, role, sharedBuffers: buffers, archiveTimeoutSeconds, generation },
        log,
      );
    default:
      throw new Failure(
        `"${action ?? ""}" is nothing that can be done to a database in place`,
        "run it as `replace-database plan`, `state`, `replace`, `undo` or `forget`",
      );
  }
});

/** With a connection to the server on the volume, where one answers. */
async function withServer<T>(
  volume: Volume,
  database: string,
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: volume.run,
    user: "postgres",
    database,
    application_name: jobNames.replaceDatabase,
    connectionTimeoutMillis: 10_000,
  });
  // A server that goes away is noticed by the next query.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch {
    return work(undefined);
  }
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
