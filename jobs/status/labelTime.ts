import { ownTimeOf } from "../database/committedRecord";

/** Time in a label of a base backup, by the clock of the database in UTC, as our images have it; undefined for a label without one. */
export function labelTime(label: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(ownTimeOf(label)) ?? [];
  if (second === undefined) return undefined;
  const time = new Date(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
