import { backupClasses, defaultRetentionDays } from "../../../plan/backupClasses";
import { backupRuns, startingDeadlineSeconds } from "../../../plan/backupRuns";
import { backupWithinObjective } from "../../../policies/rules/backupWithinObjective";
import { cronJob } from "./cronJobSample";
import { describeStackRule } from "./describeRule";
import { type Sample, unknown } from "./examine";

/** The CronJobs of the project's own table. */
const good: Sample[] = backupRuns(backupClasses(defaultRetentionDays)).map(
  ({ name, backupClass, kind, schedule, deadlineSeconds }) =>
    cronJob({
      name,
      className: backupClass,
      role: kind,
      schedule,
      spec: { startingDeadlineSeconds },
      job: { activeDeadlineSeconds: deadlineSeconds },
    }),
);
const title = 'CronJob "backup-models"';
const loses = (parts: string, objective = "4 h"): string =>
  `${title}: class models loses up to ${parts}, its objective is ${objective}`;

describeStackRule(backupWithinObjective, good, [
  {
    title: "counts the gap, the late start and the run",
    change: () => [cronJob({ schedule: "0 */3 * * *" })],
    violations: [loses("4 h 40 min (3 h between runs, 10 min late, 1 h 30 min running)")],
  },
  {
    title: "finds the largest gap of the year",
    change: () => [cronJob({ schedule: "0 8-20 * * 1-5" })],
    violations: [loses("2 d 13 h 40 min (2 d 12 h between runs, 10 min late, 1 h 30 min running)")],
  },
  {
    title: "takes the runs of two CronJobs together",
    change: () => [
      cronJob({ name: "even", schedule: "0 */4 * * *" }),
      cronJob({ name: "odd", schedule: "0 2-22/4 * * *" }),
    ],
  },
  {
    title: "counts an hour more when summer time ends",
    change: () => [cronJob({ schedule: "0 4 * * *", spec: { timeZone: "Europe/Berlin" } })],
    config: { objectiveSeconds: { models: 25 * 3600 } },
    violations: [loses("1 d 2 h 40 min (1 d 1 h between runs, 10 min late, 1 h 30 min running)", "1 d 1 h")],
  },
  {
    title: "counts a day without a run when summer time leaves its time out",
    change: () => [cronJob({ schedule: "30 2 * * *", spec: { timeZone: "Europe/Berlin" } })],
    config: { objectiveSeconds: { models: 27 * 3600 } },
    violations: [loses("2 d 40 min (1 d 23 h between runs, 10 min late, 1 h 30 min running)", "1 d 3 h")],
  },
  {
    title: "counts every attempt and the pauses between them",
    change: () => [
      cronJob({
        job: {
          activeDeadlineSeconds: undefined,
          backoffLimit: 2,
          template: { spec: { activeDeadlineSeconds: 3600 } },
        },
      }),
    ],
    violations: [loses("5 h 10 min 30 s (2 h between runs, 10 min late, 3 h 30 s running)")],
  },
  {
    title: "refuses a late start without bound, and a run without end",
    change: () => [
      cronJob({ spec: { startingDeadlineSeconds: undefined }, job: { activeDeadlineSeconds: undefined } }),
    ],
    violations: [
      `${title}: spec.startingDeadlineSeconds and spec.jobTemplate.spec.activeDeadlineSeconds not set: nothing bounds the loss of class models`,
    ],
  },
  {
    title: "refuses a day that comes once a year",
    change: () => [cronJob({ schedule: "0 0 29 2 *" })],
    violations: [loses("everything (there are no two runs in a year)")],
  },
  {
    title: "takes another objective where it is configured",
    config: { objectiveSeconds: { wal: 4 * 3600 } },
    violations: ["full", "incr"].map(
      (run) =>
        `CronJob "backup-database-${run}": class wal loses up to 7 h 40 min (4 h 30 min between runs, 10 min late, 3 h running), its objective is 4 h`,
    ),
  },
  {
    title: "refuses a deadline that the preview does not know",
    change: () => [cronJob({ spec: { startingDeadlineSeconds: unknown } })],
    violations: [
      `${title}: spec.startingDeadlineSeconds is not known before up, and a rule for stacks can stop a preview only: give it a plain value`,
    ],
  },
  {
    title: "refuses labels that the preview does not know",
    change: () => [{ ...cronJob(), props: { metadata: { labels: unknown }, spec: {} } }],
    violations: [
      `${title}: metadata.labels is not known before up, and a rule for stacks can stop a preview only: give it a plain value`,
    ],
  },
  {
    title: "has nothing to do without a class to measure",
    change: () => [],
    notApplicable: "no CronJob backs up a class with an objective",
  },
]);
