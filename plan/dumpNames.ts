import type { Rule } from "./rule";

/** Layouts of the dumps under `db/`. */
export type DumpLayout =
  /** A folder with encrypted files, a manifest and a committed record. */
  | "own"
  /** One file of plain SQL, as the runbook's scripts wrote them: `pg_dump | gzip`. */
  | "plain";

const OWN = /^backup-(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(\d\d)$/;
const PLAIN = /^backup-\d{4}-\d\d-\d\d\.sql\.gz$/;
const DAY = /^backup-\d{4}-\d\d-\d\d$/;

/** Name of the dump that is taken at a time: `backup-YYYY-MM-DD-HHMMSS`, UTC. */
export function dumpName(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().slice(0, 19).split("T");
  return `backup-${date}-${clock.replaceAll(":", "")}`;
}

/** Time in the name of a dump of the own layout; undefined for any other name, also for a day that no calendar has. */
export function dumpTime(name: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = OWN.exec(name) ?? [];
  if (second === undefined) return undefined;
  const time = new Date(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second}Z`);
  return !Number.isNaN(time.getTime()) && dumpName(time) === name ? time : undefined;
}

/** Layout of what lies under `db/` by a name: a folder, or a file with its ending. Undefined for what is no dump. */
export function dumpLayout(name: string): DumpLayout | undefined {
  if (PLAIN.test(name)) return "plain";
  return dumpTime(name) === undefined ? undefined : "own";
}

/** Whether a name means a day, of which there may be several dumps. */
export function isDayOfDump(name: string): boolean {
  return DAY.test(name);
}

/** Whether a person's word for a dump means this one: its name, or its day. */
export function meansDump(wanted: string, name: string): boolean {
  return (
    name === wanted ||
    (isDayOfDump(wanted) && /^[-.]/.test(name.slice(wanted.length)) && name.startsWith(wanted))
  );
}

/** How a person names a dump: the whole name, or its day. */
export const wantedDumpRule: Rule = {
  says: "must be the name of a dump, as in backup-2026-01-15-020000 or backup-2026-01-15.sql.gz, or its day: backup-2026-01-15",
  example: "backup-2026-01-15",
  holds: (name) => isDayOfDump(name) || dumpLayout(name) !== undefined,
};
