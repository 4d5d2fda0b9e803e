import type { s3 } from "@pulumi/aws";
import type { ResourceValidation } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import { awsTypes } from "./resourceTypes";
import type { CommonSettings } from "./settings";
import { checkResources } from "./validation";

/** Arguments of a lifecycle configuration. */
export type LifecycleConfiguration = Unwrap<s3.BucketLifecycleConfigurationArgs>;
/** One of its rules. */
export type LifecycleRule = NonNullable<LifecycleConfiguration["rules"]>[number];

/** Rules that are in force. */
export function enabledRules({ rules }: LifecycleConfiguration): LifecycleRule[] {
  return (rules ?? []).filter(({ status }) => status === "Enabled");
}

/** Makes the validation of a policy for each lifecycle rule that is in force. */
export function checkLifecycleRules<Settings extends object>(
  defaults: Settings,
  check: (
    rule: LifecycleRule,
    settings: Settings & CommonSettings,
    problem: (message: string) => void,
  ) => void,
): ResourceValidation {
  return checkResources<LifecycleConfiguration, Settings>(
    [awsTypes.lifecycle],
    defaults,
    (configuration, settings, findings) => {
      for (const rule of enabledRules(configuration))
        findings.attempt(() => {
          check(rule, settings, (message) => {
            findings.problem(message);
          });
        });
    },
  );
}

/** The rule's expiry of current versions as text, as in `expiration.days 30`; undefined when it has none. */
export function currentExpiry({ expiration }: LifecycleRule): string | undefined {
  if (expiration?.date !== undefined) return `expiration.date ${expiration.date}`;
  return expiration?.days === undefined || expiration.days === 0
    ? undefined
    : `expiration.days ${expiration.days}`;
}
