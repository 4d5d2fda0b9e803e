import { kmsKey } from "../../../policies/rules/kmsKey";
import { awsTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const good = {
  type: awsTypes.key,
  name: "vault",
  props: { enableKeyRotation: true, deletionWindowInDays: 30 },
};

describeResourceRule(kmsKey, good, [
  {
    title: "refuses a key that does not rotate",
    change: (key) => ({ ...key, enableKeyRotation: undefined }),
    violations: ['Key "vault": enableKeyRotation is not set, must be true'],
  },
  {
    title: "refuses a short wait before deletion",
    change: (key) => ({ ...key, deletionWindowInDays: 7 }),
    violations: ['Key "vault": deletionWindowInDays is 7, must be at least 30'],
  },
  { title: "knows the wait that AWS gives by default", change: () => ({ enableKeyRotation: true }) },
  {
    title: "refuses a key that is switched off",
    change: (key) => ({ ...key, isEnabled: false }),
    violations: ['Key "vault": isEnabled is false: nothing under it can be read'],
  },
  {
    title: "looks at the rest when one value is unknown",
    change: () => ({ enableKeyRotation: unknown, deletionWindowInDays: 7 }),
    violations: ['Key "vault": deletionWindowInDays is 7, must be at least 30'],
    unknown: "enableKeyRotation",
  },
]);
