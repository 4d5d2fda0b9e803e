import { retentionKnownPrefix } from "../../../policies/rules/retentionKnownPrefix";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { changeRule, goodLifecycle, lifecycleTitle, withRule } from "./lifecycleSample";

const prefixes = ["db/", "wal/", "models/", "config/", "evidence/"];

describeResourceRule(retentionKnownPrefix, goodLifecycle, [
  {
    title: "refuses a prefix where nothing is",
    change: changeRule("database-noncurrent", { filter: { prefix: "database/" } }),
    violations: [
      `${lifecycleTitle}: rule "database-noncurrent" is for "database/", and backups are at "db/", "wal/", "models/", "config/", "evidence/"`,
    ],
  },
  { title: "takes the whole bucket", change: withRule({ filter: {} }) },
  { title: "takes a part of a class", change: withRule({ filter: { prefix: "models/old/" } }) },
  {
    title: "leaves rules alone that are not in force",
    change: withRule({ status: "Disabled", filter: { prefix: "logs/" } }),
  },
  {
    title: "takes other prefixes where they are configured",
    change: withRule({ filter: { prefix: "logs/" } }),
    config: { prefixes: [...prefixes, "logs/"] },
  },
  {
    title: "says that it is unknown",
    change: withRule({ filter: { prefix: unknown } }),
    unknown: "rules.14.filter.prefix",
  },
]);
