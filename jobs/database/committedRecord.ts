import { generationName } from "../../plan/repository";
import { areCollations, type CollationInUse } from "./collations";

/** Says that a base backup was read back and found whole. Lies beside the repository, one object for each backup. */
export interface CommittedRecord {
  label: string;
  type: "full" | "diff" | "incr";
  startedAt: string;
  stoppedAt: string;
  /** First and last WAL segment that the backup needs to become consistent. */
  walStart: string;
  walStop: string;
  databaseBytes: number;
  repositoryBytes: number;
  systemId: string;
  pgVersion: string;
  /** Rows of each table in the schema public, counted when the backup began. */
  rowCounts: Record<string, number>;
  /** Orders of text that its databases use, with their versions; absent in older records, and where the server notes none. */
  collations?: readonly CollationInUse[];
  checkedAt: string;
}

/** Prefix of the committed records of a generation. */
export function committedPrefix(generation: number): string {
  return `wal/${generationName(generation)}/committed/`;
}

/** Key of one committed record. */
export function committedKey(generation: number, label: string): string {
  return `${committedPrefix(generation)}${label}.json`;
}

/** Label in the key of a committed record; undefined for other keys. */
export function labelOfKey(key: string): string | undefined {
  return /\/committed\/([^/]+)\.json$/.exec(key)?.[1];
}

/** Labels carry the time of their own backup last: `<full>F_<incremental>I`. */
export function newestLabel(labels: readonly string[]): string | undefined {
  return [...labels].sort((a, b) => (ownTimeOf(a) < ownTimeOf(b) ? -1 : 1)).at(-1);
}

/** Time in a label of the backup itself, which orders backups of all types. */
export function ownTimeOf(label: string): string {
  return label.match(/\d{8}-\d{6}/g)?.at(-1) ?? "";
}

/**
 * @throws Error that names the field that is missing, or of another type
 */
export function parseCommittedRecord(json: string): CommittedRecord {
  const record = JSON.parse(json) as Partial<CommittedRecord> | null;
  const texts = ["label", "type", "startedAt", "stoppedAt", "walStart", "walStop", "systemId"] as const;
  for (const field of texts)
    if (typeof record?.[field] !== "string") throw new Error(`it has no field "${field}"`);
  if (typeof record?.rowCounts !== "object") throw new Error('it has no field "rowCounts"');
  if (record.collations !== undefined && !areCollations(record.collations))
    throw new Error('its field "collations" cannot be understood');
  return record as CommittedRecord;
}
