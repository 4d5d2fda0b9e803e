/** Conditions of a filter that must all hold. */
interface Conditions {
  prefix?: string | undefined;
  tags?: Record<string, string> | undefined;
  objectSizeGreaterThan?: number | undefined;
  objectSizeLessThan?: number | undefined;
}

/** A rule of a bucket that acts on some of its objects: of a lifecycle configuration, or of a replication. */
export interface ScopedRule {
  filter?:
    | (Omit<Conditions, "tags"> & {
        tag?: { key: string; value: string } | undefined;
        and?: Conditions | undefined;
      })
    | undefined;
  /** Where older rules have it. */
  prefix?: string | undefined;
}

/** What a rule acts on. */
export interface Scope {
  prefix: string;
  /** Tags that an object must have. */
  tags: Record<string, string>;
  /** Acts on objects of some sizes only. */
  bySize: boolean;
}

/** What a rule acts on: everything beneath a prefix, or less. */
export function scopeOf(rule: ScopedRule): Scope {
  const { filter } = rule;
  const conditions = filter?.and ?? filter;
  const tag = filter?.tag;
  return {
    prefix: conditions?.prefix ?? (filter === undefined ? rule.prefix : undefined) ?? "",
    tags: filter?.and?.tags ?? (tag === undefined ? {} : { [tag.key]: tag.value }),
    bySize: (conditions?.objectSizeGreaterThan ?? conditions?.objectSizeLessThan) !== undefined,
  };
}

/** Whether a rule acts on every object beneath a prefix. */
export function covers(rule: ScopedRule, prefix: string): boolean {
  const scope = scopeOf(rule);
  return prefix.startsWith(scope.prefix) && Object.keys(scope.tags).length === 0 && !scope.bySize;
}

/** Whether a rule may act on an object beneath a prefix. */
export function touches(rule: ScopedRule, prefix: string): boolean {
  const scope = scopeOf(rule);
  return prefix.startsWith(scope.prefix) || scope.prefix.startsWith(prefix);
}
