import type { RestoreTarget } from "../../plan/restoreTarget";

/** PostgreSQL cuts longer names. */
const LONGEST = 63;

/**
 * Schema of the living database that takes tables as they were at a target: the same target, the same schema. A time to the second, or
 * to the microsecond where it was given so.
 */
export function rescueSchema(target: RestoreTarget): string {
  switch (target.kind) {
    case "time": {
      const [, day = "", time = "", fraction = ""] =
        /^(\S+) ?T?(\d{2}:\d{2}:\d{2})\.(\d{6})/.exec(target.text.replace("T", " ")) ?? [];
      const second = `${day}_${time}`.replaceAll(/[-:]/g, "");
      return `rescued_${second}${/^0*$/.test(fraction) ? "" : `_${fraction}`}`;
    }
    case "lsn":
      return `rescued_lsn_${target.lsn.toLowerCase().replace("/", "_")}`;
    case "restore-point":
      return `rescued_at_${target.name}`.slice(0, LONGEST);
  }
}
