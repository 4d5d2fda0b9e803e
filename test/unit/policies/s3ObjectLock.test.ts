import { s3ObjectLock } from "../../../policies/rules/s3ObjectLock";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const good = {
  type: awsTypes.objectLock,
  name: "vault",
  props: { bucket: unknown, rule: { defaultRetention: { mode: "GOVERNANCE", days: 7 } } },
};
const title = 'BucketObjectLockConfiguration "vault"';
const retention = (defaultRetention: object) => (): object => ({ rule: { defaultRetention } });

describeResourceRule(s3ObjectLock, good, [
  {
    title: "refuses a lock without a default",
    change: () => ({ rule: {} }),
    violations: [`${title}: rule.defaultRetention is not set: nothing is locked`],
  },
  {
    title: "refuses compliance mode",
    change: retention({ mode: "COMPLIANCE", days: 7 }),
    violations: [`${title}: rule.defaultRetention.mode is "COMPLIANCE", must be GOVERNANCE`],
  },
  {
    title: "takes compliance mode where it is configured",
    change: retention({ mode: "COMPLIANCE", days: 7 }),
    config: { modes: ["GOVERNANCE", "COMPLIANCE"] },
  },
  {
    title: "refuses a lock that is longer than the shortest class",
    change: retention({ mode: "GOVERNANCE", days: 30 }),
    violations: [`${title}: rule.defaultRetention locks for 30 days, must be from 1 to 7`],
  },
  {
    title: "counts years",
    change: retention({ mode: "GOVERNANCE", years: 1 }),
    violations: [`${title}: rule.defaultRetention locks for 365 days, must be from 1 to 7`],
  },
  {
    title: "refuses a lock of no time",
    change: retention({ mode: "GOVERNANCE" }),
    violations: [`${title}: rule.defaultRetention locks for 0 days, must be from 1 to 7`],
  },
]);
