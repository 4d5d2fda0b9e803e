import { s3DeleteMarkers } from "../../../policies/rules/s3DeleteMarkers";
import { describeResourceRule } from "./describeRule";
import { changeRule, goodLifecycle, lifecycleTitle, withoutRule } from "./lifecycleSample";

describeResourceRule(s3DeleteMarkers, goodLifecycle, [
  {
    title: "refuses a class without such a rule",
    change: withoutRule("models-delete-markers"),
    violations: [
      `${lifecycleTitle}: no enabled rule has expiration.expiredObjectDeleteMarker for all of "models/"`,
    ],
  },
  {
    title: "refuses one that is not in force",
    change: changeRule("wal-delete-markers", { status: "Disabled" }),
    violations: [
      `${lifecycleTitle}: no enabled rule has expiration.expiredObjectDeleteMarker for all of "wal/"`,
    ],
  },
  {
    title: "refuses days in the same rule",
    change: changeRule("config-delete-markers", { expiration: { expiredObjectDeleteMarker: true, days: 3 } }),
    violations: [
      `${lifecycleTitle}: rule "config-delete-markers" has expiredObjectDeleteMarker together with days or a date, which S3 refuses`,
    ],
  },
  {
    title: "takes one rule for the whole bucket",
    change: () => ({
      rules: [{ id: "all", status: "Enabled", expiration: { expiredObjectDeleteMarker: true } }],
    }),
  },
]);
