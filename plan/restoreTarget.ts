import type { Rule } from "./rule";

/** What a recovery goes back to. */
export type RestoreTarget =
  /** The last commit at or before a moment. `text` as PostgreSQL takes it: in UTC, with microseconds. */
  | { kind: "time"; at: Date; text: string }
  /** The end of the record at a position of the log. */
  | { kind: "lsn"; lsn: string }
  /** A name given by `pg_create_restore_point`. */
  | { kind: "restore-point"; name: string };

const time =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)$/;
const position = /^lsn:([0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8})$/;
// PostgreSQL cuts longer names.
const named = /^restore-point:([^\s'\\]{1,63})$/;

/**
 * Reads a target.
 * @returns undefined when it breaks {@link restoreTargetRule}
 */
export function parseRestoreTarget(value: string): RestoreTarget | undefined {
  const lsn = position.exec(value)?.[1];
  if (lsn !== undefined) return { kind: "lsn", lsn: lsn.toUpperCase() };
  const name = named.exec(value)?.[1];
  if (name !== undefined) return { kind: "restore-point", name };
  const [, day, minute, second = "00", fraction = "", zone = ""] = time.exec(value) ?? [];
  if (day === undefined || minute === undefined) return undefined;
  const offset =
    zone === "Z"
      ? "Z"
      : zone.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, hours: string, minutes = "00") => `${hours}:${minutes}`);
  const at = new Date(`${day}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`);
  if (Number.isNaN(at.getTime())) return undefined;
  return { kind: "time", at, text: `${at.toISOString().slice(0, 19)}.${fraction.padEnd(6, "0")}+00` };
}

/** A time always has a zone: at three in the morning nobody should have to guess whose. */
export const restoreTargetRule: Rule = {
  says: "must be a time with its zone, as in 2026-01-31T02:14:59Z or 2026-01-31 03:14:59+01:00, or lsn:0/3000148, or restore-point:NAME",
  example: "2026-01-31T02:14:59Z",
  holds: (value) => parseRestoreTarget(value) !== undefined,
};

/**
 * Reads a moment, which is a time with its zone.
 * @returns undefined when it breaks {@link momentRule}
 */
export function parseMoment(value: string): Date | undefined {
  const target = parseRestoreTarget(value);
  return target?.kind === "time" ? target.at : undefined;
}

/** A time that is no target: what is looked at begins or ends there. */
export const momentRule: Rule = {
  says: "must be a time with its zone, as in 2026-01-31T02:14:59Z or 2026-01-31 03:14:59+01:00",
  example: "2026-01-31T02:14:59Z",
  holds: (value) => parseMoment(value) !== undefined,
};
