import { defaultRehearsalSchedule, rehearsalScheduleRule } from "../../plan/rehearsal";
import { range } from "../../plan/rule";
import { flag, integer, text } from "../key";
import { objectNameRule } from "./rules";

/** How it is proven that backups can be restored. */
export const rehearsalKeys = {
  rehearsalSchedule: text({
    default: defaultRehearsalSchedule,
    rule: rehearsalScheduleRule,
    description:
      "When the newest backups are restored into a pod that is thrown away, cron expression, UTC. Empty: only by npm run rehearse.",
  }),
  rehearsalHours: integer({
    default: 6,
    rule: range(1, 23),
    description: "Hours after which a rehearsal that has not ended is stopped, and has failed.",
  }),
  rehearsalAssertions: text({
    rule: objectNameRule,
    description:
      "ConfigMap in the platform's namespace with SQL that must hold in each rehearsal: an entry NAME.sql each, which returns no row, or true. Empty: none.",
  }),
  rehearsalHeapAllIndexed: flag({
    default: false,
    description:
      "Whether a rehearsal looks each row up in the indexes of its table, too. Reads the database once more.",
  }),
};
