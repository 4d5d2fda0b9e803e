import { retentionSuperseded } from "../../../policies/rules/retentionSuperseded";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import { changeRule, goodLifecycle, lifecycleTitle, withoutRule, withRule } from "./lifecycleSample";

const tag = { key: "superseded", value: "true" };
const stays = `${lifecycleTitle}: no enabled rule expires all of "models/" that has the tag "superseded" with value "true": what is superseded would stay for ever`;

describeResourceRule(retentionSuperseded, goodLifecycle, [
  {
    title: "refuses a class whose superseded backups stay",
    change: withoutRule("models-superseded"),
    violations: [stays],
  },
  {
    title: "does not count a rule that is not in force",
    change: changeRule("models-superseded", { status: "Disabled" }),
    violations: [stays],
  },
  {
    title: "refuses a value that janitors do not write",
    change: changeRule("models-superseded", {
      filter: { and: { prefix: "models/", tags: { superseded: "yes" } } },
    }),
    violations: [
      `${lifecycleTitle}: rule "models-superseded" filters on the tag "superseded" with value "yes", janitors write "true"`,
      stays,
    ],
  },
  {
    title: "refuses a filter on a second tag",
    change: changeRule("models-superseded", {
      filter: { and: { prefix: "models/", tags: { superseded: "true", team: "ml" } } },
    }),
    violations: [stays],
  },
  {
    title: "refuses a filter on a part of the class",
    change: changeRule("models-superseded", {
      filter: { and: { prefix: "models/old/", tags: { superseded: "true" } } },
    }),
    violations: [stays],
  },
  {
    title: "refuses a filter on sizes",
    change: changeRule("models-superseded", {
      filter: { and: { prefix: "models/", tags: { superseded: "true" }, objectSizeGreaterThan: 10 } },
    }),
    violations: [stays],
  },
  {
    title: "takes one rule for the whole bucket",
    change: () => ({
      rules: [{ id: "all", status: "Enabled", filter: { tag }, expiration: { days: 90 } }],
    }),
  },
  {
    title: "takes other prefixes where they are configured",
    change: withoutRule("models-superseded"),
    config: { prefixes: ["db/"] },
  },
  {
    title: "says that it is unknown",
    change: withRule({ filter: { prefix: "db/" }, expiration: { days: unknown } }),
    unknown: "rules.14.expiration.days",
  },
]);
