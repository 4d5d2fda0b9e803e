import { s3AbortUploads } from "../../../policies/rules/s3AbortUploads";
import { describeResourceRule } from "./describeRule";
import { changeRule, goodLifecycle, lifecycleTitle } from "./lifecycleSample";

describeResourceRule(s3AbortUploads, goodLifecycle, [
  {
    title: "refuses a class without such a rule",
    config: { prefixes: ["other/"] },
    violations: [`${lifecycleTitle}: no enabled rule has abortIncompleteMultipartUpload for all of "other/"`],
  },
  {
    title: "refuses a rule that lost it",
    change: changeRule("models-noncurrent", { abortIncompleteMultipartUpload: undefined }),
    violations: [
      `${lifecycleTitle}: no enabled rule has abortIncompleteMultipartUpload for all of "models/"`,
    ],
  },
  {
    title: "refuses days that are too many",
    change: changeRule("wal-noncurrent", { abortIncompleteMultipartUpload: { daysAfterInitiation: 90 } }),
    violations: [
      `${lifecycleTitle}: rule "wal-noncurrent" has abortIncompleteMultipartUpload.daysAfterInitiation 90, must be from 1 to 14`,
    ],
  },
  {
    title: "refuses no days",
    change: changeRule("wal-noncurrent", { abortIncompleteMultipartUpload: {} }),
    violations: [
      `${lifecycleTitle}: rule "wal-noncurrent" has abortIncompleteMultipartUpload.daysAfterInitiation 0, must be from 1 to 14`,
    ],
  },
]);
