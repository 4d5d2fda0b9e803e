import {
  databaseVariables,
  integer,
  keeping,
  matching,
  secret,
  sharedBuffers,
  text,
  type Values,
  type Variable,
} from "../environment";
import { LineageStore } from "../lineage/lineageStore";
import { openStorage } from "../openStorage";
import { collationVersionsRule } from "../../plan/collationVersions";
import { parseRestoreTarget, restoreTargetRule } from "../../plan/restoreTarget";
import { walSegmentRule } from "../../plan/walSegment";
import type { BringBackPlan } from "./bringBack";
import { readRetentionDays } from "./retention";

/** Uid of the namespace of a site. */
export function siteId(fallback?: string): Variable<string> {
  return matching("SITE_ID", /^[0-9a-f-]{36}$/, "must be the uid of the namespace", fallback);
}

/** What a restore reads of its own image, and of what is accepted of it. */
export const imageVariables = {
  postgresMajor: text("POSTGRES_MAJOR"),
  acceptCollations: keeping("ACCEPT_COLLATIONS", collationVersionsRule, ""),
};

/** What the commands read that bring a database back, empty or in place of another one. */
export const restoreVariables = {
  ...databaseVariables,
  configuration: text("PGBACKREST_CONFIG", "/etc/pgbackrest/pgbackrest.conf"),
  pgdata: text("PGDATA"),
  database: text("POSTGRES_DB"),
  user: text("DB_USER", ""),
  password: secret("DB_PASSWORD", ""),
  wantedLabel: text("RESTORE_SET", ""),
  restoreTo: keeping("RESTORE_TO", restoreTargetRule, ""),
  acceptEmptyTables: text("ACCEPT_EMPTY_TABLES", ""),
  acceptLossAfter: keeping("ACCEPT_LOSS_AFTER", walSegmentRule, ""),
  sharedBuffers,
  archiverKey: text("ARCHIVE_S3_KEY", ""),
  archiverSecret: secret("ARCHIVE_S3_KEY_SECRET", ""),
  archiveTimeout: integer("ARCHIVE_TIMEOUT_SECONDS", 1, 50),
  siteId: siteId(""),
  siteName: text("SITE_NAME", ""),
  maxDataAgeSeconds: integer("MAX_DATA_AGE_SECONDS", 1, 4 * 3600),
  acceptDataAge: integer("ACCEPT_DATA_AGE", 1, 0),
  ...imageVariables,
};

type RestoreEnvironment = Values<typeof restoreVariables>;

type Wanted = Pick<
  BringBackPlan,
  | "site"
  | "role"
  | "sharedBuffers"
  | "archiveTimeoutSeconds"
  | "wanted"
  | "wantedLabel"
  | "windowDays"
  | "mayBeEmpty"
  | "acceptLossAfter"
  | "maxDataAgeSeconds"
  | "acceptDataAge"
  | "postgresMajor"
  | "acceptCollations"
>;

/** What is wanted, and for whom. */
export function restoreSettings(environment: RestoreEnvironment): Wanted {
  const { restoreTo, wantedLabel, acceptLossAfter, maxDataAgeSeconds, acceptDataAge } = environment;
  const target = parseRestoreTarget(restoreTo);
  return {
    site: { id: environment.siteId, name: environment.siteName },
    role: { name: environment.user, password: environment.password, database: environment.database },
    sharedBuffers: environment.sharedBuffers,
    archiveTimeoutSeconds: environment.archiveTimeout,
    wanted: target === undefined ? undefined : { target, text: restoreTo },
    wantedLabel,
    windowDays: readRetentionDays(environment.configuration),
    mayBeEmpty: environment.acceptEmptyTables.split(",").filter(Boolean),
    acceptLossAfter,
    maxDataAgeSeconds,
    acceptDataAge,
    postgresMajor: environment.postgresMajor,
    acceptCollations: environment.acceptCollations,
  };
}

type Opened = Pick<BringBackPlan, "storage" | "writer" | "store" | "archiver">;

/**
 * Opens the bucket, and a second time with the keys of the archiver where there are some: those alone may write.
 * @throws NoCredentials
 */
export async function openForRestore(
  environment: RestoreEnvironment,
  log: (line: string) => void,
): Promise<Opened> {
  const { archiverKey, archiverSecret } = environment;
  const storage = await openStorage(environment, log);
  const archiver = archiverKey === "" ? undefined : { key: archiverKey, secret: archiverSecret };
  const writer =
    archiver === undefined
      ? storage
      : await openStorage(
          { ...environment, accessKeyId: archiver.key, secretAccessKey: archiver.secret },
          log,
        );
  return { storage, writer, archiver, store: new LineageStore(storage, writer) };
}
