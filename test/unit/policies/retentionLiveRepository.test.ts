import { retentionLiveRepository } from "../../../policies/rules/retentionLiveRepository";
import { describeResourceRule } from "./describeRule";
import { goodLifecycle, lifecycleTitle, withRule } from "./lifecycleSample";

const superseded = { prefix: "wal/", tags: { superseded: "true" } };

describeResourceRule(retentionLiveRepository, goodLifecycle, [
  {
    title: "refuses an expiry by age",
    change: withRule({ filter: { prefix: "wal/" }, expiration: { days: 7 } }),
    violations: [`${lifecycleTitle}: rule "new" has expiration.days 7 for the live repository "wal/"`],
  },
  {
    title: "refuses an expiry of superseded objects as well",
    change: withRule({ filter: { and: superseded }, expiration: { days: 700 } }),
    violations: [`${lifecycleTitle}: rule "new" has expiration.days 700 for the live repository "wal/"`],
  },
  {
    title: "refuses an expiry beneath the repository",
    change: withRule({ filter: { prefix: "wal/generation-0001/" }, expiration: { date: "2027-01-01" } }),
    violations: [
      `${lifecycleTitle}: rule "new" has expiration.date 2027-01-01 for the live repository "wal/"`,
    ],
  },
  {
    title: "looks at the prefixes that are configured",
    change: withRule({ filter: { prefix: "pg/" }, expiration: { days: 7 } }),
    config: { prefixes: ["pg/"] },
    violations: [`${lifecycleTitle}: rule "new" has expiration.days 7 for the live repository "pg/"`],
  },
  {
    title: "leaves other prefixes alone",
    change: withRule({ filter: { prefix: "logs/" }, expiration: { days: 7 } }),
  },
]);
