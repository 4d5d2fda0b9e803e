import { backupClasses, defaultRetentionDays, type RetentionDays } from "../../../plan/backupClasses";
import { type LifecycleRule, lifecycleRules } from "../../../plan/lifecycle";
import { awsTypes } from "../../../policies/shared/resourceTypes";

/** Arguments of the lifecycle configuration that the project makes of its table. */
export interface LifecycleProps {
  rules: LifecycleRule[];
}

/** Arguments made of the table, with other days for some classes. */
export function lifecycleProps(retention: Partial<RetentionDays> = {}): LifecycleProps {
  const classes = backupClasses({ ...defaultRetentionDays, ...retention });
  return { rules: lifecycleRules(Object.values(classes)) };
}

/** The lifecycle configuration of the project's own vault. */
export const goodLifecycle = { type: awsTypes.lifecycle, name: "vault", props: lifecycleProps() };

/** How messages call it. */
export const lifecycleTitle = 'BucketLifecycleConfiguration "vault"';

/** Changes one rule. */
export function changeRule(id: string, change: object): (props: LifecycleProps) => object {
  return ({ rules }) => ({ rules: rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule)) });
}

/** Takes one rule away. */
export function withoutRule(id: string): (props: LifecycleProps) => object {
  return ({ rules }) => ({ rules: rules.filter((rule) => rule.id !== id) });
}

/** Adds a rule. */
export function withRule(rule: object): (props: LifecycleProps) => object {
  return ({ rules }) => ({ rules: [...rules, { id: "new", status: "Enabled", ...rule }] });
}
