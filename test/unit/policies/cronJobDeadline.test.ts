import { cronJobDeadline } from "../../../policies/rules/cronJobDeadline";
import { cronJob, withSpec } from "./cronJobSample";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const title = 'CronJob "backup-models"';
const unbounded = `${title}: spec.jobTemplate.spec.activeDeadlineSeconds is not set: a run could hang for ever`;

describeResourceRule(cronJobDeadline, cronJob(), [
  {
    title: "refuses no starting deadline",
    change: withSpec({ startingDeadlineSeconds: undefined }),
    violations: [`${title}: spec.startingDeadlineSeconds is not set, must be at least 10`],
  },
  {
    title: "refuses a starting deadline that the controller cannot meet",
    change: withSpec({ startingDeadlineSeconds: 5 }),
    violations: [`${title}: spec.startingDeadlineSeconds is 5, must be at least 10`],
  },
  {
    title: "refuses a run without end",
    change: withSpec({ jobTemplate: { spec: { template: {} } } }),
    violations: [unbounded],
  },
  {
    title: "refuses a CronJob without a Job",
    change: withSpec({ jobTemplate: {} }),
    violations: [unbounded],
  },
  {
    title: "takes a deadline of the pods",
    change: withSpec({ jobTemplate: { spec: { template: { spec: { activeDeadlineSeconds: 60 } } } } }),
  },
  {
    title: "refuses a run that may still be busy when the next is due",
    change: withSpec({ schedule: "*/90 * * * *" }),
    violations: [
      `${title}: a run may begin 10 min late and take 1 h 30 min, and 1 h after it the next is due by "*/90 * * * *", which would be skipped`,
    ],
  },
  {
    title: "refuses a schedule that cannot be read",
    change: withSpec({ schedule: "@weekdays", timeZone: undefined }),
    violations: [
      `${title}: spec.schedule "@weekdays" cannot be read: "@weekdays" is no name that Kubernetes knows: it knows @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, and @every`,
    ],
  },
  {
    title: "looks at the run when the start is unknown",
    change: withSpec({ startingDeadlineSeconds: unknown, jobTemplate: {} }),
    violations: [unbounded],
    unknown: "spec.startingDeadlineSeconds",
  },
]);
