/** A rule for one value, used by whoever takes that value: the configuration, and the component whose argument it becomes. */
export interface Rule<T = string> {
  /** The rule as messages and docs/configuration.md say it: "must be a region, as in eu-central-1". */
  readonly says: string;
  /** A value that keeps it. */
  readonly example: T;
  readonly holds: (value: T) => boolean;
}

/** A rule that an expression describes. */
export function pattern(expression: RegExp, says: string, example: string): Rule {
  return { says, example, holds: (value) => expression.test(value) };
}

/** A rule for whole numbers. Both ends are allowed. */
export function range(min: number, max: number): Rule<number> {
  return {
    says: `must be a whole number from ${min} to ${max}`,
    example: min,
    holds: (value) => Number.isInteger(value) && value >= min && value <= max,
  };
}

/**
 * @param key name of the argument or configuration key, for the message
 * @throws Error that names the key, its value and the rule, when the value breaks it
 */
export function check<T extends string | number | readonly string[]>(
  rule: Rule<T>,
  key: string,
  value: T,
): void {
  if (!rule.holds(value)) throw new Error(`${key} is ${shown(value)}: ${rule.says}`);
}

/** A value as a message shows it. */
export function shown(value: string | number | readonly string[]): string {
  const text = String(value);
  return text === "" ? "empty" : `"${text}"`;
}
