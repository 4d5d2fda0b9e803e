import { changesOf, differencesOf } from "../framework/differences";
import type { CheckFailure, Difference, KnownState, Properties, PropertyValue } from "../framework/provider";

/** A whole number among the inputs; undefined when it is absent or not known yet. */
export function numberOf(inputs: Properties, name: string): number | undefined {
  const value = inputs[name];
  return typeof value === "number" ? value : undefined;
}

/** The failure of a number that must be whole and at least `minimum`; none when it is absent or not known yet. */
export function checkNumber(inputs: Properties, name: string, minimum: number): CheckFailure[] {
  const value = inputs[name];
  if (value === undefined || value === null || typeof value === "symbol") return [];
  if (typeof value === "number" && Number.isInteger(value) && value >= minimum) return [];
  return [
    { property: name, reason: `${JSON.stringify(value)} is not a whole number of at least ${minimum}` },
  ];
}

/** The failure of an input that must be given. */
export function checkPresence(inputs: Properties, name: string): CheckFailure[] {
  const missing = inputs[name] === undefined || inputs[name] === null;
  return missing ? [{ property: name, reason: "it is required" }] : [];
}

/** The failures of inputs that the type does not have. */
export function checkNames(inputs: Properties, names: readonly string[]): CheckFailure[] {
  return Object.keys(inputs)
    .filter((name) => !names.includes(name) && !name.startsWith("__"))
    .map((property) => ({ property, reason: `the type has no such input; it has ${names.join(", ")}` }));
}

/** A diff in which every change gives a new value: nothing random can be changed in place. */
export function redrawOn(normalise: (inputs: Properties) => Properties) {
  return (known: KnownState, inputs: Properties): Difference => {
    const [old, now] = [withoutNulls(normalise(known.inputs)), withoutNulls(normalise(inputs))];
    return { changes: changesOf(differencesOf(old, now), Object.keys({ ...old, ...now })) };
  };
}

/** A keeper that is null does not count, as with the upstream provider. */
function withoutNulls(inputs: Properties): Properties {
  const { keepers, ...others } = inputs;
  const kept = isObject(keepers) ? given(keepers) : {};
  return { ...given(others), ...(Object.keys(kept).length === 0 ? {} : { keepers: kept }) };
}

function given(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function isObject(value: PropertyValue | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
