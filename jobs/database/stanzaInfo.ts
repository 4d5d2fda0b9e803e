/** One base backup as `pgbackrest info` lists it. */
export interface BaseBackup {
  label: string;
  type: "full" | "diff" | "incr";
  /** Backups whose files it needs, its own full one among them; none for a full one. */
  references: string[];
  /** Whether page checksums or files were found damaged while it ran. */
  error: boolean;
  startedAt: Date;
  stoppedAt: Date;
  walStart: string;
  walStop: string;
  /** Position at which the backup ended, and from which on a restore of it is consistent. */
  lsnStop: string;
  databaseBytes: number;
  repositoryBytes: number;
  databaseId: number;
}

/** What `pgbackrest info --output=json` says of one stanza. */
export interface StanzaInfo {
  /** 0: fine; 1: no such stanza; 2: no backups; 3: info files are missing; 99: could not be read. */
  status: { code: number; message: string };
  /** Oldest first. */
  backups: BaseBackup[];
  /** Archive directories by the id of their database: `15-1`. */
  archiveIds: Record<number, string>;
  /** System identifier and PostgreSQL version by the id of the database. */
  databases: Record<number, { systemId: string; version: string }>;
}

interface RawStanza {
  name: string;
  status?: { code: number; message: string };
  repo?: { status: { code: number; message: string } }[];
  archive?: { id: string; database: { id: number } }[];
  db?: { id: number; "system-id": number; version: string }[];
  backup?: RawBackup[];
}

interface RawBackup {
  label: string;
  type: BaseBackup["type"];
  reference: string[] | null;
  error?: boolean;
  archive: { start: string; stop: string };
  lsn?: { start: string; stop: string } | null;
  timestamp: { start: number; stop: number };
  info: { size: number; repository: { size?: number; delta: number } };
  database: { id: number };
}

/**
 * Reads the answer of `pgbackrest info --output=json`.
 * @throws Error when it is not JSON or does not name the stanza
 */
export function parseStanzaInfo(json: string, stanza: string): StanzaInfo {
  // A system identifier has 64 bits, a JSON number here 53.
  const exact = printable(json).replace(/("system-id":)(\d+)/g, '$1"$2"');
  const raw = (JSON.parse(exact) as RawStanza[]).find(({ name }) => name === stanza);
  if (raw === undefined) throw new Error(`pgBackRest knows nothing of stanza ${stanza}`);
  // The repository's own status says why; the stanza's then only says "other".
  const repository = raw.repo?.[0]?.status;
  const status = repository !== undefined && repository.code !== 0 ? repository : raw.status;
  return {
    status: { code: status?.code ?? 99, message: status?.message ?? "no status" },
    backups: (raw.backup ?? []).map(baseBackup),
    archiveIds: Object.fromEntries((raw.archive ?? []).map(({ id, database }) => [database.id, id])),
    databases: Object.fromEntries(
      (raw.db ?? []).map((database) => [
        database.id,
        { systemId: String(database["system-id"]), version: database.version },
      ]),
    ),
  };
}

/** pgBackRest copies what it could not decrypt into its message, as it is. */
function printable(json: string): string {
  return json.replace(/[\u0000-\u001f]/g, " ");
}

/** A position that no fork reaches: of a backup whose end is not known. */
const beyondAll = "FFFFFFFF/FFFFFFFF";

function baseBackup(raw: RawBackup): BaseBackup {
  return {
    label: raw.label,
    type: raw.type,
    references: raw.reference ?? [],
    error: raw.error ?? false,
    startedAt: new Date(raw.timestamp.start * 1000),
    stoppedAt: new Date(raw.timestamp.stop * 1000),
    walStart: raw.archive.start,
    walStop: raw.archive.stop,
    lsnStop: raw.lsn?.stop ?? beyondAll,
    databaseBytes: raw.info.size,
    repositoryBytes: raw.info.repository.size ?? raw.info.repository.delta,
    databaseId: raw.database.id,
  };
}

/** The part of a status message that a person can read: what failed on which file, without that file's content. */
export function stanzaMessage(message: string): string {
  const [first = "", second = ""] = message.split("\n", 2);
  const detail = second.replace(/( at line \d+)[\s\S]*$/, "$1");
  return `${first} ${detail}`
    .replace(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, 400);
}
