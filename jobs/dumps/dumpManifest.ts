import { dumpsPrefix } from "../../plan/repository";

/** One object of a dump: the whole of an encrypted file, or a piece of it. */
export interface DumpPart {
  /** Path beneath the folder of the dump. */
  path: string;
  sizeBytes: number;
  /** Of what lies in the bucket, in hexadecimal. */
  sha256: string;
}

/** One file of a dump, as it was before it was encrypted. */
export interface DumpFile {
  /** Path as `pg_restore` knows it, or the name of the one file. */
  path: string;
  sizeBytes: number;
  /** In hexadecimal. */
  sha256: string;
  /** In order. */
  parts: DumpPart[];
}

/** Rows by table: `schema.table`, quoted where needed, as {@link tableKey} writes it. */
export type RowsByTable = Record<string, number>;

/** What a dump holds: `manifest.json`. All of it is of one moment: the snapshot that was dumped. */
export interface DumpManifest {
  format: 1;
  /** `backup-YYYY-MM-DD-HHMMSS`, UTC by the clock of the store. */
  name: string;
  /** ISO time at which the snapshot was taken, by the clock of the database. */
  takenAt: string;
  database: string;
  /** As in 15.18. */
  serverVersion: string;
  systemId: string;
  /** Whose database it is: number in the lineage. */
  generation: number;
  /** Position in the WAL right after the snapshot was taken. */
  walPosition: string;
  encoding: string;
  databaseBytes: number;
  /** "custom": one file. "directory": a file for each table, which several programs can write and read at once. */
  archive: "custom" | "directory";
  tables: { name: string; rows: number; sizeBytes: number }[];
  largeObjects: number;
  extensions: string[];
  /** Roles that own something in it, or have rights on it. */
  roles: string[];
  files: DumpFile[];
  /** Roles, without their passwords, and tablespaces, as SQL. */
  globals: DumpFile;
}

/** Says that a dump was read back and found whole: `committed.json`. */
export interface CommittedDump {
  name: string;
  checkedAt: string;
  /** Of the manifest that was checked, in hexadecimal. */
  manifestSha256: string;
}

/** Keys of a dump of the own layout. */
export function dumpKeysOf(name: string): {
  prefix: string;
  manifest: string;
  committed: string;
  part: (path: string) => string;
} {
  const prefix = `${dumpsPrefix}${name}/`;
  return {
    prefix,
    manifest: `${prefix}manifest.json`,
    committed: `${prefix}committed.json`,
    part: (path) => `${prefix}${path}`,
  };
}

/** Name of a table in a manifest: the same for the same table, whatever a server takes for a key word. */
export function tableKey(schema: string, table: string): string {
  const part = (name: string): string =>
    /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
  return `${part(schema)}.${part(table)}`;
}

/** Rows of the tables of a manifest. */
export function rowsOf({ tables }: Pick<DumpManifest, "tables">): RowsByTable {
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}

/** Rows of all tables together. */
export function sumOfRows(rows: Readonly<RowsByTable>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

/** Tables whose rows differ, in a sentence each. Nothing when all agree. An empty table is none of a dump made without its rows. */
export function rowDifferences(expected: Readonly<RowsByTable>, found: Readonly<RowsByTable>): string[] {
  const tables = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return tables.flatMap((table) => {
    const [wanted, there] = [expected[table], found[table]];
    if (wanted === there) return [];
    if (there === undefined) return [`${table} is not there, and has ${wanted ?? 0} rows in the dump`];
    if (wanted === undefined)
      return there === 0 ? [] : [`${table} is there with ${there} rows, and not in the dump`];
    return [`${table} has ${there} rows instead of ${wanted}`];
  });
}

const fields = {
  name: "string",
  takenAt: "string",
  database: "string",
  serverVersion: "string",
  systemId: "string",
  generation: "number",
  walPosition: "string",
  encoding: "string",
  databaseBytes: "number",
  archive: "string",
  largeObjects: "number",
} as const satisfies Partial<Record<keyof DumpManifest, string>>;

/**
 * @throws Error that names what is missing or of another type, and a format of a later version
 */
export function parseDumpManifest(json: string): DumpManifest {
  const manifest = JSON.parse(json) as Partial<DumpManifest> | null;
  if (manifest === null || typeof manifest !== "object") throw new Error("it is no object");
  if (manifest.format !== 1)
    throw new Error(`its format is ${String(manifest.format)}, and this version reads format 1`);
  for (const [field, type] of Object.entries(fields))
    if (typeof manifest[field as keyof DumpManifest] !== type) throw new Error(`it has no field "${field}"`);
  if (manifest.archive !== "custom" && manifest.archive !== "directory")
    throw new Error(`its archive is "${String(manifest.archive)}"`);
  for (const field of ["tables", "extensions", "roles", "files"] as const)
    if (!Array.isArray(manifest[field])) throw new Error(`it has no list "${field}"`);
  const whole = manifest as DumpManifest;
  for (const { name, rows } of whole.tables)
    if (typeof name !== "string" || !isCount(rows))
      throw new Error('an entry of "tables" has no name or rows');
  if (whole.files.length === 0) throw new Error("it names no file");
  for (const file of [...whole.files, whole.globals]) checkFile(file);
  return whole;
}

/** A path may lead nowhere but beneath its own folder. */
const PATH = /^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*$/;

function checkFile(file: Partial<DumpFile> | undefined): void {
  if (file === undefined || !Array.isArray(file.parts) || file.parts.length === 0)
    throw new Error('an entry of "files", or "globals", has no parts');
  for (const { path, sizeBytes, sha256 } of [file, ...file.parts])
    if (typeof path !== "string" || !PATH.test(path) || !isCount(sizeBytes) || !isSha256(sha256))
      throw new Error(`the file "${String(path)}" has no path, size or checksum`);
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** @throws Error that names the field that is missing */
export function parseCommittedDump(json: string): CommittedDump {
  const record = JSON.parse(json) as Partial<CommittedDump> | null;
  for (const field of ["name", "checkedAt", "manifestSha256"] as const)
    if (typeof record?.[field] !== "string") throw new Error(`it has no field "${field}"`);
  return record as CommittedDump;
}
