import { UNKNOWN, type CheckFailure, type Properties, type PropertyValue } from "../framework/provider";

/** An input, and its name in the S3 API. */
export type Field = { as: string; required?: true } & (
  | { kind: "text"; oneOf?: readonly string[] }
  | { kind: "number" }
  | { kind: "flag" }
  /** A map here, a list of keys and values there. */
  | { kind: "tags" }
  | { kind: "object" | "list"; fields: Fields }
);

/** Inputs by name. */
export type Fields = Readonly<Record<string, Field>>;

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
          : valueFailures(item, { as: "", kind: "object", fields: field.fields }, `${property}[${index}]`),
      );
  }
}

/** Inputs that have passed {@link shapeFailures}, as the S3 API takes them. */
export function toApi(inputs: Properties, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = inputs[name];
      return isGiven(value) ? [[field.as, valueToApi(value, field)]] : [];
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
  const object = (told ?? {}) as Record<string, unknown>;
  return compact(
    Object.fromEntries(
      Object.entries(fields).flatMap(([name, field]) => {
        const value = valueFromApi(object[field.as], field);
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
