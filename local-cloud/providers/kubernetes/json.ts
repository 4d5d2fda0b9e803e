import { UNKNOWN, type Properties, type PropertyValue } from "../framework/provider";

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An object of Kubernetes, or a part of one. */
export type JsonObject = Record<string, Json>;

/** Whether a value is an object with names, not a list. */
export function isObject(value: Json | undefined): value is JsonObject;
export function isObject(value: PropertyValue | undefined): value is Properties;
export function isObject(value: PropertyValue | undefined): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object without some of its names. */
export function omit<Value>(object: Record<string, Value>, ...names: string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** A part of an object; undefined when the path leads nowhere. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    return isObject(inner) ? inner[step] : undefined;
  }, value);
}

/** A text within an object; empty when there is none. */
export function textAt(value: Json | undefined, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** A number within an object, or the fallback. */
export function numberAt(value: Json | undefined, path: readonly string[], fallback: number): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : fallback;
}

/** A list within an object; empty when there is none. */
export function listAt(value: Json | undefined, ...path: (string | number)[]): Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** An object within an object; empty when there is none. */
export function objectAt(value: Json | undefined, ...path: (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/**
 * Properties as JSON.
 * @throws Error when one of them is not known yet
 */
export function toJson(properties: Properties): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, toJsonValue(value)]));
}

function toJsonValue(value: PropertyValue): Json {
  if (value === UNKNOWN) throw new Error("a value is not known before the run");
  if (Array.isArray(value)) return value.map(toJsonValue);
  return typeof value === "object" && value !== null ? toJson(value) : value;
}
