import type { s3 } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";

/** Arguments of a lifecycle configuration. */
export type LifecycleConfiguration = Unwrap<s3.BucketLifecycleConfigurationArgs>;
/** One of its rules. */
export type LifecycleRule = NonNullable<LifecycleConfiguration["rules"]>[number];

/** What a lifecycle rule acts on. */
export interface Scope {
  prefix: string;
  /** Tags that an object must have. */
  tags: Record<string, string>;
  /** Acts on objects of some sizes only. */
  bySize: boolean;
}

/** What a rule acts on: everything beneath a prefix, or less. */
export function scopeOf(rule: LifecycleRule): Scope {
  const { filter } = rule;
  const legacy: { prefix?: string | undefined } = rule;
  const conditions = filter?.and ?? filter;
  const tag = filter?.tag;
  return {
    prefix: conditions?.prefix ?? (filter === undefined ? legacy.prefix : undefined) ?? "",
    tags: filter?.and?.tags ?? (tag === undefined ? {} : { [tag.key]: tag.value }),
    bySize: (conditions?.objectSizeGreaterThan ?? conditions?.objectSizeLessThan) !== undefined,
  };
}

/** Rules that are in force. */
export function enabledRules({ rules }: LifecycleConfiguration): LifecycleRule[] {
  return (rules ?? []).filter(({ status }) => status === "Enabled");
}

/** Whether a rule acts on every object beneath a prefix. */
export function covers(rule: LifecycleRule, prefix: string): boolean {
  const scope = scopeOf(rule);
  return prefix.startsWith(scope.prefix) && Object.keys(scope.tags).length === 0 && !scope.bySize;
}

/** Whether a rule may act on an object beneath a prefix. */
export function touches(rule: LifecycleRule, prefix: string): boolean {
  const scope = scopeOf(rule);
  return prefix.startsWith(scope.prefix) || scope.prefix.startsWith(prefix);
}

/** The rule's expiry of current versions as text, as in `expiration.days 30`; undefined when it has none. */
export function currentExpiry({ expiration }: LifecycleRule): string | undefined {
  if (expiration?.date !== undefined) return `expiration.date ${expiration.date}`;
  return expiration?.days === undefined || expiration.days === 0
    ? undefined
    : `expiration.days ${expiration.days}`;
}
