import type { Client } from "pg";
import { Failure, reasonOf } from "../../lib/failure";
import { formatBytes, secondsSince } from "../../lib/format";
import type { ObjectStorage } from "../objectStorage";
import { waitFor } from "../../lib/wait";
import { backupType } from "./backupType";
import { type CollationInUse, collationsInUse, type Connect, describeCollations } from "./collations";
import { type CommittedRecord, committedKey, committedPrefix, labelOfKey } from "./committedRecord";
import { countRows } from "./inspection";
import { repositoryPrefix } from "./repositoryKeys";
import { pgBackRestLine } from "./pgbackrestLog";
import { type PgBackRest, STANZA, told } from "./pgbackrest";
import { readBack } from "./readBack";
import { type BaseBackup, stanzaMessage, type StanzaInfo } from "./stanzaInfo";
import { archivePrefix, listArchivedWal } from "./walArchive";
import { missingSegments } from "./walPosition";

/** What a backup needs. */
export interface BackupPlan {
  requested: "full" | "incr";
  generation: number;
  /** Throws when this site may write to the repository no longer. */
  requireOwn: () => Promise<void>;
  storage: ObjectStorage;
  pgBackRest: PgBackRest;
  /** Connection to the database that is backed up, as superuser. */
  client: Client;
  /** Opens one to another database of it. */
  connect: Connect;
  /** When the run must have ended, at the latest. */
  endsAt: Date;
}

/** What a backup did. */
export interface BackupReport extends CommittedRecord {
  action: "committed";
  backupSeconds: number;
  verifySeconds: number;
}

/**
 * Takes a base backup, reads it back, and only then publishes its committed record.
 * @throws Failure when anything of that cannot be done; the backup then does not count
 */
export async function backupDatabase(plan: BackupPlan, log: (line: string) => void): Promise<BackupReport> {
  const { storage, generation, pgBackRest, client } = plan;
  const printed = (line: string): void => {
    const shown = pgBackRestLine(line);
    if (shown !== undefined) log(shown);
  };
  await plan.requireOwn();
  const committed = (await storage.list(committedPrefix(generation))).flatMap(
    ({ key }) => labelOfKey(key) ?? [],
  );
  const before = await prepareStanza(plan, committed, printed);
  await told("archiving does not work", () => pgBackRest.check(printed));
  log("archiving works: a segment was closed and is in the repository");

  const type = backupType(plan.requested, before.backups, committed);
  if (type !== plan.requested)
    log("a full backup instead of an incremental one: what it would stand on was never committed");
  const rowCounts = await countRows(client);
  const collations = await usedCollations(plan, log);
  const start = Date.now();
  await told("the base backup failed", () => pgBackRest.backup(type, printed));
  const backupSeconds = secondsSince(start);

  const info = await told("the backup cannot be read back", () => pgBackRest.info());
  const backup = newBackup(before, info);
  log(
    `backup ${backup.label}: ${formatBytes(backup.databaseBytes)} of database, ${formatBytes(backup.repositoryBytes)} in the repository, ${backupSeconds} s`,
  );
  const checking = Date.now();
  await proveArchived(plan, backup, info);
  await proveUndamaged(plan, backup, log);
  const verifySeconds = secondsSince(checking);
  log(`read back without damage in ${verifySeconds} s`);

  const database = info.databases[backup.databaseId];
  const record: CommittedRecord = {
    label: backup.label,
    type: backup.type,
    startedAt: backup.startedAt.toISOString(),
    stoppedAt: backup.stoppedAt.toISOString(),
    walStart: backup.walStart,
    walStop: backup.walStop,
    databaseBytes: backup.databaseBytes,
    repositoryBytes: backup.repositoryBytes,
    systemId: database?.systemId ?? "",
    pgVersion: database?.version ?? "",
    rowCounts,
    ...(collations === undefined ? {} : { collations }),
    checkedAt: new Date().toISOString(),
  };
  // It may have been superseded while the backup ran: its backup would then be the newest of all, and lead nowhere.
  await plan.requireOwn();
  const key = committedKey(generation, backup.label);
  if (!(await storage.writeText(key, `${JSON.stringify(record, undefined, 2)}\n`, { ifAbsent: true })))
    throw new Failure(
      `${storage.describe(key)} exists already, written by somebody else`,
      "check that only one cluster writes this generation",
    );
  log(`committed: ${storage.describe(key)}`);
  return { action: "committed", ...record, backupSeconds, verifySeconds };
}

/** No reason to have no backup: what is not in its record is unknown, and said to be when it is restored. */
async function usedCollations(
  { client, connect }: BackupPlan,
  log: (line: string) => void,
): Promise<CollationInUse[] | undefined> {
  try {
    const collations = await collationsInUse(client, connect);
    const told =
      collations === undefined
        ? "unknown, this server does not note their versions"
        : describeCollations(collations);
    log(`collations in use: ${told}`);
    return collations;
  } catch (error) {
    log(`collations in use: unknown, ${reasonOf(error)}`);
    return undefined;
  }
}

/** State of the stanza, which is made when this generation has none. */
async function prepareStanza(
  { storage, generation, pgBackRest }: BackupPlan,
  committed: readonly string[],
  log: (line: string) => void,
): Promise<StanzaInfo> {
  const info = await told("the repository cannot be read", () => pgBackRest.info());
  const { code, message } = info.status;
  if (code === 0 || code === 2) return info;
  if (code !== 1 && code !== 3)
    throw new Failure(
      `pgBackRest cannot use ${storage.describe(repositoryPrefix(generation))}: ${stanzaMessage(message)} (status ${code})`,
      "check keys, passphrase and endpoint of the repository",
    );
  // A repository that has lost its info files must not be taken for a new one.
  const [any] = await storage.list(repositoryPrefix(generation), 1);
  if (any !== undefined || committed.length > 0)
    throw new Failure(
      `${storage.describe(`${repositoryPrefix(generation)}backup/${STANZA}/backup.info`)} or archive.info is missing, although the repository holds objects`,
      "bring back former versions of these objects",
    );
  await told("the stanza cannot be made", () => pgBackRest.createStanza(log));
  return told("the repository cannot be read", () => pgBackRest.info());
}

function newBackup(before: StanzaInfo, after: StanzaInfo): BaseBackup {
  const known = new Set(before.backups.map(({ label }) => label));
  const backup = after.backups.filter(({ label }) => !known.has(label)).at(-1);
  if (backup === undefined)
    throw new Failure("pgBackRest reported success and lists no new backup", "run the backup again");
  if (backup.error)
    throw new Failure(
      `backup ${backup.label} found damaged pages in the database`,
      "look for the pages in the lines above; restore the damaged table from an older backup, it is still there",
    );
  return backup;
}

async function proveArchived(
  { storage, generation }: BackupPlan,
  backup: BaseBackup,
  info: StanzaInfo,
): Promise<void> {
  const archiveId = info.archiveIds[backup.databaseId] ?? "";
  const location = storage.describe(archivePrefix(generation, archiveId));
  await waitFor(
    `the WAL of backup ${backup.label} (${backup.walStart} to ${backup.walStop}) to be in ${location}`,
    "check archive_command in the server's log, then run the backup again",
    { timeoutMs: 120_000, everyMs: 1000 },
    async () => {
      const { segments } = await listArchivedWal(storage, generation, archiveId);
      return missingSegments(backup.walStart, backup.walStop, new Set(segments)).length === 0
        ? true
        : undefined;
    },
  );
}

async function proveUndamaged(
  { pgBackRest, endsAt }: BackupPlan,
  backup: BaseBackup,
  log: (line: string) => void,
): Promise<void> {
  const damage = await told("the repository cannot be verified", () =>
    readBack(pgBackRest, backup, endsAt, log),
  );
  if (damage.length > 0)
    throw new Failure(
      `backup ${backup.label} is damaged in the repository: ${damage.slice(0, 3).join(", ")}${damage.length > 3 ? ` and ${damage.length - 3} more` : ""}`,
      "it does not count; run a full backup (backup-database full)",
    );
}
