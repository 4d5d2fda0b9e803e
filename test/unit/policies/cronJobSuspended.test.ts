import { cronJobSuspended } from "../../../policies/rules/cronJobSuspended";
import { cronJob, withSpec } from "./cronJobSample";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

describeResourceRule(cronJobSuspended, cronJob(), [
  {
    title: "refuses a backup that is suspended",
    change: withSpec({ suspend: true }),
    violations: [
      'CronJob "backup-models": spec.suspend is true, and it is labelled for backup: it never runs',
    ],
  },
  {
    title: "refuses a suspended CronJob without a role",
    change: ({ spec }) => ({ spec: { ...spec, suspend: true } }),
    violations: [
      'CronJob "backup-models": spec.suspend is true, and it is labelled for no role: it never runs',
    ],
  },
  {
    title: "takes a restore that waits to be started by hand",
    change: () => cronJob({ role: "restore", spec: { suspend: true } }).props,
  },
  { title: "says that it is unknown", change: withSpec({ suspend: unknown }), unknown: "spec.suspend" },
]);
