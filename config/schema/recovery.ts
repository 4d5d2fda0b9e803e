import { pattern, range } from "../../plan/rule";
import { collationVersionsRule } from "../../plan/collationVersions";
import { restoreTargetRule } from "../../plan/restoreTarget";
import { walSegmentRule } from "../../plan/walSegment";
import { flag, integer, secret, text } from "../key";

const backupLabelRule = pattern(
  /^\d{8}-\d{6}F(_\d{8}-\d{6}[DI])?$/,
  "must be a label as pgBackRest lists it, as in 20260131-021500F or 20260131-021500F_20260131-061500I",
  "20260131-021500F",
);
const snapshotNameRule = pattern(
  /^models-\d{8}-\d{6}$/,
  "must be the name of a snapshot, as in models-20260131-033000",
  "models-20260131-033000",
);
const tableNamesRule = pattern(
  /^[^\s,]+(,[^\s,]+)*$/,
  "must be names of tables, comma-separated, as in notifications,webhook_logs",
  "notifications",
);

/** What a rebuild needs, and what it brings back. */
export const recoveryKeys = {
  recoveryKit: text({
    description:
      "Path of the recovery kit, opened with the stack's passphrase. What it holds counts where a key is not set.",
  }),
  repositoryCipherPass: secret({
    description: "Passphrase that encrypts base backups and WAL. Without it they cannot be read.",
  }),
  dbPassword: secret({ description: "Password of the application's database role." }),
  jwtSecret: secret({ description: "Key that signs the application's tokens." }),
  secretKey: secret({ description: "Session key of the application." }),
  initialise: flag({
    default: false,
    description:
      "Permit to start an empty database when there is no backup. True on the very first up alone.",
  }),
  ignoreDumps: flag({
    default: false,
    description:
      "With initialise: an empty database may begin in a bucket that holds dumps of one (db/) and nothing else of it. They are left aside; npm run restore -- database --dump NAME then puts one into place.",
  }),
  takeOver: integer({
    default: 0,
    rule: range(0, 9999),
    description:
      "Number of the generation to supersede although it looks alive, or of a claim that nobody has settled. A number counts once. 0: none is.",
  }),
  adoptTimeline: integer({
    default: 0,
    rule: range(0, 0x7fffffff),
    description:
      "Vaults from before there were claims, where two sites archived at the same time: timeline of the right one. 0: the newest end.",
  }),
  restoreSet: text({
    rule: backupLabelRule,
    description: "Label of the base backup to restore; empty for the newest committed one.",
  }),
  maxDataAgeSeconds: integer({
    default: 4 * 3600,
    rule: range(60, 31_536_000),
    description:
      "Seconds since the newest archived WAL segment, by the store's clock, above which a recovery stops and says how much would be lost.",
  }),
  acceptDataAge: integer({
    default: 0,
    rule: range(0, 315_360_000),
    description:
      "Seconds: data as old as this comes back all the same. For a site that has been down for so long. 0: no more than `maxDataAgeSeconds`.",
  }),
  acceptCollations: text({
    rule: collationVersionsRule,
    description:
      "Collation versions of the PostgreSQL image that are accepted although the backup has others; all indexes are rebuilt then. Empty: none are.",
  }),
  keptDatabaseDays: integer({
    default: 0,
    rule: range(0, 3650),
    description:
      "Days that a database is kept on its volume which a restore in place has replaced; the daily expiry removes it then. 0: until `npm run restore -- database --forget`.",
  }),
  restoreTo: text({
    rule: restoreTargetRule,
    description:
      "Where a recovery stops: a time with its zone, `lsn:…` or `restore-point:NAME`. Counts once. Empty: the end of the archive.",
  }),
  acceptLossAfter: text({
    rule: walSegmentRule,
    description:
      "Last WAL segment before a hole in the archive: gives up what lies beyond, for good. Empty: a hole stops the recovery.",
  }),
  restoreModels: text({
    rule: snapshotNameRule,
    description: "Name of the model snapshot to restore; empty for the newest committed one.",
  }),
  acceptEmptyTables: text({
    rule: tableNamesRule,
    description: "Tables that may come back without rows, because they were emptied on purpose.",
  }),
  expectNonce: text({
    description: "Drills only: mark that the restored database and checkpoint must hold.",
  }),
  rtoObjectiveSeconds: integer({
    default: 3600,
    rule: range(60, 86400),
    description: "RTO: seconds from the start of up to a proven system, at most.",
  }),
};
