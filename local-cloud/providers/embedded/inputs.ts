import { containsUnknown } from "../framework/differences";
import type { CheckFailure, Properties, PropertyValue } from "../framework/provider";

/** What an input must be. */
export interface InputRule {
  /** As in "must be a text". */
  type: string;
  fits: (value: PropertyValue) => boolean;
  /** @default false */
  optional?: true;
}

/** Every input of a resource, by name. */
export type InputRules = Readonly<Record<string, InputRule>>;

export const text: InputRule = { type: "a text", fits: (value) => typeof value === "string" };
export const number: InputRule = { type: "a number", fits: (value) => typeof value === "number" };

/**
 * What is missing, unknown to the resource, or of another type. A value that is not known yet is not judged.
 * @param resource as in "a site"
 */
export function inputFailures(resource: string, inputs: Properties, rules: InputRules): CheckFailure[] {
  const names = Object.keys(rules);
  const others = Object.keys(inputs)
    .filter((name) => !names.includes(name) && !name.startsWith("__"))
    .map((property) => ({
      property,
      reason: `is not an input of ${resource}: it has ${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`,
    }));
  const broken = Object.entries(rules).flatMap(([property, { type, fits, optional }]) => {
    const value = inputs[property] ?? null;
    if (value === null) return optional ? [] : [{ property, reason: "is missing" }];
    return containsUnknown(value) || fits(value) ? [] : [{ property, reason: `must be ${type}` }];
  });
  return [...others, ...broken];
}
