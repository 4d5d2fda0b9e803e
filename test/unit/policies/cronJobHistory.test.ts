import { cronJobHistory } from "../../../policies/rules/cronJobHistory";
import { cronJob, withSpec } from "./cronJobSample";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const title = 'CronJob "backup-models"';

describeResourceRule(cronJobHistory, cronJob(), [
  {
    title: "refuses no limits",
    change: withSpec({ successfulJobsHistoryLimit: undefined, failedJobsHistoryLimit: undefined }),
    violations: [
      `${title}: spec.successfulJobsHistoryLimit is not set, must be from 1 to 10`,
      `${title}: spec.failedJobsHistoryLimit is not set, must be from 1 to 10`,
    ],
  },
  {
    title: "refuses to forget failures",
    change: withSpec({ failedJobsHistoryLimit: 0 }),
    violations: [`${title}: spec.failedJobsHistoryLimit is 0, must be from 1 to 10`],
  },
  {
    title: "refuses to keep too many",
    change: withSpec({ successfulJobsHistoryLimit: 100 }),
    violations: [`${title}: spec.successfulJobsHistoryLimit is 100, must be from 1 to 10`],
  },
  {
    title: "looks at the other limit when one is unknown",
    change: withSpec({ successfulJobsHistoryLimit: unknown, failedJobsHistoryLimit: 0 }),
    violations: [`${title}: spec.failedJobsHistoryLimit is 0, must be from 1 to 10`],
    unknown: "spec.successfulJobsHistoryLimit",
  },
]);
