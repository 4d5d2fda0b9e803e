import { type ObjectStorage, ObjectStorageError } from "../objectStorage";
import { reasonOf } from "../../lib/failure";
import {
  type CommittedRecord,
  committedKey,
  committedPrefix,
  labelOfKey,
  newestLabel,
  parseCommittedRecord,
} from "./committedRecord";
import { type BaseBackup, stanzaMessage, type StanzaInfo } from "./stanzaInfo";
import { STANZA } from "./pgbackrest";
import { s3AnswerIn } from "./pgbackrestProblem";

/** What the object store holds of this database. */
export type Lineage =
  /** Certainly nothing. */
  | { state: "none"; location: string }
  | {
      state: "committed";
      label: string;
      backup: BaseBackup;
      archiveId: string;
      /** Absent when an operator chose a backup that was never committed. */
      record?: CommittedRecord;
    }
  /** Something, but no backup that was read back. */
  | { state: "uncommitted"; location: string; what: string }
  /** There was a backup, and what leads to it is gone or cannot be used. */
  | { state: "damaged"; reason: string; remedy: string }
  /** Nobody can tell. */
  | { state: "unreadable"; reason: string; remedy: string };

/** What to look for, and whom to ask. */
export interface LineageQuery {
  storage: Pick<ObjectStorage, "list" | "deleted" | "readText" | "describe">;
  /** Asks pgBackRest; called only when there is a repository. */
  info: () => Promise<StanzaInfo>;
  generation: string;
  /** Label of the base backup that an operator wants; empty for the newest committed one. */
  wantedLabel: string;
}

/** Key prefix of the repository of a generation. */
export function repositoryPrefix(generation: string): string {
  return `wal/${generation}/repository/`;
}

/** Looks at the object store. Never throws: what cannot be read is a result as well. */
export async function observeLineage(query: LineageQuery): Promise<Lineage> {
  try {
    return await observe(query);
  } catch (error) {
    if (error instanceof ObjectStorageError)
      return { state: "unreadable", reason: error.what, remedy: error.remedy };
    return {
      state: "unreadable",
      reason: `the backups cannot be read: ${reasonOf(error)}`,
      remedy: "look at the lines before this one, fix the cause and run the restore again",
    };
  }
}

async function observe(query: LineageQuery): Promise<Lineage> {
  const { storage, generation, wantedLabel } = query;
  const root = `wal/${generation}/`;
  const labels = (await storage.list(committedPrefix(generation))).flatMap(
    ({ key }) => labelOfKey(key) ?? [],
  );
  if (labels.length === 0 && wantedLabel === "") {
    const [any] = await storage.list(root, 1);
    if (any !== undefined)
      return { state: "uncommitted", location: storage.describe(root), what: `objects (${any.key} is one)` };
    const [deleted] = await storage.deleted(root);
    return deleted === undefined
      ? { state: "none", location: storage.describe(root) }
      : {
          state: "damaged",
          reason: `${storage.describe(root)} held backups that were deleted (${deleted} is one)`,
          remedy: `remove their delete markers to bring them back, then run the restore again`,
        };
  }
  const missing = await missingInfoFiles(query);
  if (missing !== undefined)
    return {
      state: "damaged",
      reason: `${storage.describe(missing)} and its copy (.copy) are missing, although there are committed backups`,
      remedy: "bring back a former version of the object, then run the restore again",
    };
  const info = await query.info();
  if (info.status.code !== 0)
    return repositoryProblem(storage.describe(repositoryPrefix(generation)), info.status);
  return choose(query, labels, info);
}

async function missingInfoFiles({ storage, generation }: LineageQuery): Promise<string | undefined> {
  for (const kind of ["archive", "backup"]) {
    const key = `${repositoryPrefix(generation)}${kind}/${STANZA}/${kind}.info`;
    if ((await storage.list(key, 2)).length === 0) return key;
  }
  return undefined;
}

/** With a wrong passphrase, the first line is nonsense already. */
const UNDECIPHERED = /CryptoError|outside of section at line 1\b/;

/** Sorts what pgBackRest says of a repository that it could not read. */
function repositoryProblem(location: string, { code, message }: StanzaInfo["status"]): Lineage {
  const reason = `pgBackRest cannot use ${location}: ${stanzaMessage(message)} (status ${code})`;
  if (UNDECIPHERED.test(message))
    return {
      state: "unreadable",
      reason: `the backups in ${location} cannot be deciphered: ${stanzaMessage(message)}`,
      remedy: "check the repository's passphrase (PGBACKREST_REPO1_CIPHER_PASS) against the recovery kit",
    };
  const answer = s3AnswerIn(message);
  if (answer !== undefined)
    return {
      state: "unreadable",
      reason: `pgBackRest cannot use ${location}: ${answer.reason}`,
      remedy: answer.remedy,
    };
  if (/AccessDenied|SignatureDoesNotMatch|InvalidAccessKeyId|HTTP request failed with 403/.test(message))
    return {
      state: "unreadable",
      reason,
      remedy: "check PGBACKREST_REPO1_S3_KEY and PGBACKREST_REPO1_S3_KEY_SECRET against the recovery kit",
    };
  return {
    state: "damaged",
    reason,
    remedy:
      "bring back former versions of the objects that are named, or choose an older backup (lstm-pfd:restoreSet), then run the restore again",
  };
}

async function choose(
  { storage, generation, wantedLabel }: LineageQuery,
  committed: readonly string[],
  info: StanzaInfo,
): Promise<Lineage> {
  const label = wantedLabel === "" ? newestLabel(committed) : wantedLabel;
  const backup = info.backups.find((candidate) => candidate.label === label);
  const archiveId = backup === undefined ? undefined : info.archiveIds[backup.databaseId];
  if (label === undefined || backup === undefined || archiveId === undefined) {
    const known = info.backups.map((candidate) => candidate.label).join(", ") || "none";
    return {
      state: "damaged",
      reason: `the repository ${storage.describe(repositoryPrefix(generation))} does not list base backup ${label ?? ""}${wantedLabel === "" ? ", although its committed record exists" : ""}`,
      remedy: `choose one that it lists (lstm-pfd:restoreSet; listed: ${known}), then run the restore again`,
    };
  }
  if (!committed.includes(label)) return { state: "committed", label, backup, archiveId };
  const key = committedKey(generation, label);
  const content = await storage.readText(key);
  try {
    return {
      state: "committed",
      label,
      backup,
      archiveId,
      record: parseCommittedRecord(content?.text ?? ""),
    };
  } catch (error) {
    return {
      state: "damaged",
      reason: `the committed record ${storage.describe(key)} cannot be read: ${reasonOf(error)}`,
      remedy: `bring back its former version, or choose the backup by name (lstm-pfd:restoreSet ${label})`,
    };
  }
}
