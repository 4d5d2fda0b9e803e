import { retentionPerClass } from "../../../policies/rules/retentionPerClass";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";
import {
  changeRule,
  goodLifecycle,
  lifecycleProps,
  lifecycleTitle,
  withoutRule,
  withRule,
} from "./lifecycleSample";

const classes = {
  database: { prefix: "db/", days: 30 },
  wal: { prefix: "wal/", days: 7 },
  models: { prefix: "models/", days: 30 },
  config: { prefix: "config/", days: 90 },
};
const byAge = (id: string, expiry: string, prefix: string, name: string): string =>
  `${lifecycleTitle}: rule "${id}" has ${expiry} for "${prefix}" without a filter on the tag "superseded": by age alone it deletes the last good backup of class ${name}`;

describeResourceRule(retentionPerClass, goodLifecycle, [
  ...Object.entries(classes).map(([name, { prefix, days }]) => ({
    title: `refuses to keep class ${name} a day less than it must`,
    change: () => lifecycleProps({ [name]: days - 1 }),
    violations: [
      ...(name === "wal"
        ? []
        : [
            `${lifecycleTitle}: rule "${name}-superseded" has expiration.days ${days - 1} for "${prefix}", class ${name} is kept ${days} days`,
          ]),
      `${lifecycleTitle}: rule "${name}-noncurrent" has noncurrentVersionExpiration.noncurrentDays ${days - 1} for "${prefix}", class ${name} is kept ${days} days`,
    ],
  })),
  ...Object.entries(classes).map(([name, { prefix }]) => ({
    title: `refuses class ${name} without noncurrent expiry`,
    change: withoutRule(`${name}-noncurrent`),
    violations: [
      `${lifecycleTitle}: no enabled rule has noncurrentVersionExpiration for all of "${prefix}": class ${name} has no retention`,
    ],
  })),
  {
    title: "refuses to keep evidence a day less than a year",
    change: () => lifecycleProps({ evidence: 364 }),
    violations: [
      `${lifecycleTitle}: rule "evidence-age" has expiration.days 364 for "evidence/", class evidence is kept 365 days`,
      `${lifecycleTitle}: rule "evidence-noncurrent" has noncurrentVersionExpiration.noncurrentDays 364 for "evidence/", class evidence is kept 365 days`,
    ],
  },
  {
    title: "takes longer days",
    change: () => lifecycleProps({ database: 60, wal: 14, models: 45, config: 365 }),
  },
  {
    title: "takes other days where they are configured",
    change: () => lifecycleProps({ database: 3 }),
    config: { classes: { database: { prefix: "db/", days: 3 } } },
  },
  {
    title: "refuses an expiry by age alone, even a long one",
    change: changeRule("models-superseded", { filter: { prefix: "models/" }, expiration: { days: 3650 } }),
    violations: [byAge("models-superseded", "expiration.days 3650", "models/", "models")],
  },
  {
    title: "refuses an expiry that filters on another tag",
    change: changeRule("models-superseded", {
      filter: { and: { prefix: "models/", tags: { team: "ml" } } },
    }),
    violations: [byAge("models-superseded", "expiration.days 30", "models/", "models")],
  },
  {
    title: "refuses an expiry of everything in the bucket, for each class",
    change: withRule({ expiration: { date: "2027-01-01" } }),
    violations: Object.entries(classes).map(([name, { prefix }]) =>
      byAge("new", "expiration.date 2027-01-01", prefix, name),
    ),
  },
  {
    title: "refuses an expiry beneath a class",
    change: withRule({ filter: { prefix: "models/old/" }, expiration: { days: 30 } }),
    violations: [byAge("new", "expiration.days 30", "models/", "models")],
  },
  {
    title: "refuses an expiry by size and age",
    change: withRule({
      filter: { and: { prefix: "db/", objectSizeLessThan: 10 } },
      expiration: { days: 40 },
    }),
    violations: [byAge("new", "expiration.days 40", "db/", "database")],
  },
  {
    title: "takes a filter on the one tag",
    change: withRule({ filter: { tag: { key: "superseded", value: "true" } }, expiration: { days: 90 } }),
  },
  {
    title: "knows the prefix of old configurations",
    change: withRule({ prefix: "db/", expiration: { days: 40 } }),
    violations: [byAge("new", "expiration.days 40", "db/", "database")],
  },
  {
    title: "leaves rules alone that are not in force",
    change: withRule({ status: "Disabled", expiration: { days: 1 } }),
  },
  {
    title: "does not count a rule that is not in force",
    change: changeRule("wal-noncurrent", { status: "Disabled" }),
    violations: [
      `${lifecycleTitle}: no enabled rule has noncurrentVersionExpiration for all of "wal/": class wal has no retention`,
    ],
  },
  {
    title: "leaves other prefixes alone",
    change: withRule({ filter: { prefix: "logs/" }, expiration: { days: 1 } }),
  },
  {
    title: "looks at the other rules when a value is unknown",
    change: ({ rules }) => ({
      rules: [
        { id: "new", status: "Enabled", filter: { prefix: "db/" }, expiration: { days: unknown } },
        ...lifecycleProps({ wal: 1 }).rules.filter(({ id }) => id.startsWith("wal")),
        ...rules.filter(({ id }) => !id.startsWith("wal")),
      ],
    }),
    violations: [
      `${lifecycleTitle}: rule "wal-noncurrent" has noncurrentVersionExpiration.noncurrentDays 1 for "wal/", class wal is kept 7 days`,
    ],
    unknown: "rules.0.expiration.days",
  },
]);
