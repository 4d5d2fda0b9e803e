import { UNKNOWN, type CheckFailure, type Properties, type PropertyValue } from "../framework/provider";

/** An input. */
export type Field = {
  /** Name in the S3 API. @default the input's own with a capital letter */
  as?: string;
  required?: true;
} & (
  | { kind: "text"; oneOf?: readonly string[] }
  | { kind: "number" }
  | { kind: "flag" }
  /** A map here, a list of keys and values there. */
  | { kind: "tags" }
  | { kind: "object" | "list"; fields: Fields }
);

/** Inputs by name. */
export type Fields = Readonly<Record<string, Field>>;

export const text: Field = { kind: "text" };
export const number: Field = { kind: "number" };
export const flag: Field = { kind: "flag" };
export const tags: Field = { kind: "tags" };

/** One of a few texts. */
export function oneOf(...values: string[]): Field {
  return { kind: "text", oneOf: values };
}

/** An object with inputs of its own. */
export function object(fields: Fields): Field {
  return { kind: "object", fields };
}

/** A list of such objects. */
export function list(fields: Fields): Field {
  return { kind: "list", fields };
}

/** A field that must be given. */
export function required(field: Field): Field {
  return { ...field, required: true };
}

function apiName(name: string, { as }: Field): string {
  return as ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** What is wrong with inputs: names that are not served, what is missing, and values of another type. */
export function shapeFailures(inputs: Properties, fields: Fields, path = ""): CheckFailure[] {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const unserved = Object.entries(inputs)
    .filter(([name, value]) => isGiven(value) && fields[name] === undefined)
    .map(([name]) => ({
      property: at(name),
      reason: "is not served by the embedded aws provider; it needs the upstream provider",
    }));
  const broken = Object.entries(fields).flatMap(([name, field]) => {
    const value = inputs[name];
    if (isGiven(value)) return valueFailures(value, field, at(name));
    return field.required ? [{ property: at(name), reason: "is missing" }] : [];
  });
  return [...unserved, ...broken];
}

function isGiven(value: PropertyValue | undefined): value is Exclude<PropertyValue, null> {
  return value !== undefined && value !== null;
}

function valueFailures(value: PropertyValue, field: Field, property: string): CheckFailure[] {
  if (value === UNKNOWN) return [];
  const must = (reason: string): CheckFailure[] => [{ property, reason: `must be ${reason}` }];
  switch (field.kind) {
    case "text":
      if (typeof value !== "string") return must("a text");
      return field.oneOf && !field.oneOf.includes(value)
        ? must(`${field.oneOf.join(" or ")}, not "${value}"`)
        : [];
    case "number":
      return Number.isInteger(value) ? [] : must("a whole number");
    case "flag":
      return typeof value === "boolean" ? [] : must("true or false");
    case "tags":
      return isObject(value) &&
        Object.values(value).every((tag) => typeof tag === "string" || tag === UNKNOWN)
        ? []
        : must("a map of texts");
    case "object":
      return isObject(value) ? shapeFailures(value, field.fields, property) : must("an object");
    case "list":
      if (!Array.isArray(value)) return must("a list");
      return value.flatMap((item, index) =>
        isObject(item)
          ? shapeFailures(item, field.fields, `${property}[${index}]`)
          : valueFailures(item, object(field.fields), `${property}[${index}]`),
      );
  }
}

/** Inputs that have passed {@link shapeFailures}, as the S3 API takes them. */
export function toApi(inputs: Properties, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = inputs[name];
      return isGiven(value) ? [[apiName(name, field), valueToApi(value, field)]] : [];
    }),
  );
}

function valueToApi(value: PropertyValue, field: Field): unknown {
  if (field.kind === "tags" && isObject(value))
    return Object.entries(value).map(([Key, Value]) => ({ Key, Value }));
  if (field.kind === "object" && isObject(value)) return toApi(value, field.fields);
  if (field.kind === "list" && Array.isArray(value))
    return value.map((item) => (isObject(item) ? toApi(item, field.fields) : item));
  return value;
}

/** What the S3 API tells, as inputs. What is empty or false is left out: the API does not tell it from what was not set. */
export function fromApi(told: unknown, fields: Fields): Properties {
  const answer = (told ?? {}) as Record<string, unknown>;
  return compact(
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) => {
        const value = valueFromApi(answer[apiName(name, field)], field);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  );
}

function valueFromApi(value: unknown, field: Field): PropertyValue | undefined {
  switch (field.kind) {
    case "tags":
      return Array.isArray(value)
        ? Object.fromEntries(
            (value as { Key?: string; Value?: string }[]).map(({ Key = "", Value = "" }) => [Key, Value]),
          )
        : undefined;
    case "object":
      return value === undefined ? undefined : fromApi(value, field.fields);
    case "list":
      return Array.isArray(value) ? value.map((item) => fromApi(item, field.fields)) : undefined;
    default:
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : undefined;
  }
}

/** Properties without what is absent, false or empty, in depth: so that two ways to say the same are the same. */
export function compact(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const kept = compactValue(value);
      return isGiven(kept) ? [[name, kept]] : [];
    }),
  );
}

function compactValue(value: PropertyValue): PropertyValue | undefined {
  if (value === null || value === false) return undefined;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => compactValue(item) ?? {});
  if (!isObject(value)) return value;
  const inner = compact(value);
  return Object.keys(inner).length === 0 ? undefined : inner;
}

/** Whether a value is a map of properties. */
export function isObject(value: PropertyValue | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A text among inputs that have passed {@link shapeFailures}.
 * @throws Error when it is not known yet
 */
export function textOf(inputs: Properties, name: string): string {
  const value = inputs[name];
  if (typeof value !== "string") throw new Error(`${name} is not known, although it is needed now`);
  return value;
}
