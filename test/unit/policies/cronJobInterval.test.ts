import { cronJobInterval } from "../../../policies/rules/cronJobInterval";
import { cronJob, withSpec } from "./cronJobSample";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const leaves = (schedule: string, gap: string): string =>
  `CronJob "backup-models": spec.schedule "${schedule}" leaves ${gap} between two runs, must be at most 25 h: it is labelled for backup`;

describeResourceRule(cronJobInterval, cronJob(), [
  { title: "takes a day, and the hour that summer time adds", change: () => berlin("0 3 * * *").props },
  {
    title: "refuses a week",
    change: withSpec({ schedule: "0 3 * * 0" }),
    violations: [leaves("0 3 * * 0", "7 d")],
  },
  {
    title: "refuses a day that comes once a year",
    change: withSpec({ schedule: "0 3 1 2 *" }),
    violations: [leaves("0 3 1 2 *", "a year")],
  },
  {
    title: "has another measure for expiry",
    change: () => cronJob({ name: "backup-models", role: "expire", schedule: "0 3 * * 1,3,5" }).props,
    violations: [leaves("0 3 * * 1,3,5", "3 d").replace("25", "49").replace("for backup", "for expire")],
  },
  {
    title: "takes other hours where they are configured",
    change: withSpec({ schedule: "0 3 * * 0" }),
    config: { longestHours: { backup: 168 } },
  },
  {
    title: "leaves other roles alone",
    change: () => cronJob({ role: "restore", schedule: "0 3 1 * *" }).props,
  },
  {
    title: "takes a week for what reads the whole repository, and no month",
    change: () => cronJob({ name: "backup-models", role: "verify", schedule: "0 3 1 * *" }).props,
    violations: [leaves("0 3 1 * *", "31 d").replace("25 h", "169 h").replace("for backup", "for verify")],
  },
  {
    title: "leaves a schedule that cannot be read to the rule on deadlines",
    change: withSpec({ schedule: "0 25 * * *" }),
  },
  { title: "says that it is unknown", change: withSpec({ schedule: unknown }), unknown: "spec.schedule" },
]);

function berlin(schedule: string): ReturnType<typeof cronJob> {
  return cronJob({ schedule, spec: { timeZone: "Europe/Berlin" } });
}
