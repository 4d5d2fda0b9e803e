import { cronJobOverlap } from "../../../policies/rules/cronJobOverlap";
import { cronJob, withSpec } from "./cronJobSample";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const message = (value: string): string =>
  `CronJob "backup-models": spec.concurrencyPolicy is ${value}, must be "Forbid"`;

describeResourceRule(cronJobOverlap, cronJob(), [
  {
    title: "refuses overlapping runs",
    change: withSpec({ concurrencyPolicy: "Allow" }),
    violations: [message('"Allow"')],
  },
  {
    title: "refuses to kill a run for the next",
    change: withSpec({ concurrencyPolicy: "Replace" }),
    violations: [message('"Replace"')],
  },
  {
    title: "refuses the default of Kubernetes",
    change: withSpec({ concurrencyPolicy: undefined }),
    violations: [message("not set")],
  },
  {
    title: "says that the policy is unknown",
    change: withSpec({ concurrencyPolicy: unknown }),
    unknown: "spec.concurrencyPolicy",
  },
]);
