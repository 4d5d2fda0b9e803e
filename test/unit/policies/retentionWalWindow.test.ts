import { retentionWalWindow } from "../../../policies/rules/retentionWalWindow";
import { cronJob } from "./cronJobSample";
import { describeStackRule } from "./describeRule";
import { unknown } from "./examine";

const base = (name: string, schedule: string) => cronJob({ name, className: "wal", schedule });
const good = [base("full", "0 2 * * *"), base("incr", "0 6-22/4 * * *")];
const message = (title: string, gap: string): string =>
  `${title}: up to ${gap} lies between two base backups, the window of class wal is 7 d and must hold 2 of them`;

describeStackRule(retentionWalWindow, good, [
  {
    title: "refuses a weekly base backup",
    change: () => [base("full", "0 2 * * SUN")],
    violations: [message('CronJob "full"', "7 d")],
  },
  {
    title: "takes a weekly base backup in a longer window",
    change: () => [base("full", "0 2 * * 0")],
    config: { windowDays: 14 },
  },
  {
    title: "measures all CronJobs together",
    change: () => [base("full", "0 2 * * SUN"), base("incr", "0 2 1 * *")],
    violations: [message('CronJob "full", CronJob "incr"', "7 d")],
  },
  {
    title: "refuses a window that is too short",
    config: { windowDays: 1, baseBackups: 12 },
    violations: [
      'CronJob "full", CronJob "incr": up to 4 h lies between two base backups, the window of class wal is 1 d and must hold 12 of them',
    ],
  },
  {
    title: "refuses a base backup once a year",
    change: () => [base("full", "0 2 1 1 *")],
    violations: [message('CronJob "full"', "365 d")],
  },
  {
    title: "refuses a schedule that cannot be read",
    change: () => [base("full", "0 2 * *"), base("incr", "0 6 * * *")],
    violations: [
      'CronJob "full": spec.schedule "0 2 * *" in time zone Etc/UTC cannot be read: it must have five fields',
    ],
  },
  {
    title: "refuses a schedule that the preview does not know",
    change: () => [base("full", unknown), base("incr", "0 6 * * *")],
    violations: [
      'CronJob "full": spec.schedule is not known before up, and a rule for stacks can stop a preview only: give it a plain value',
    ],
  },
  {
    title: "does not count what is suspended",
    change: () => [cronJob({ className: "wal", spec: { suspend: true } })],
    notApplicable: "no CronJob backs up class wal",
  },
]);
