import type { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";
import {
  ListValue,
  Struct as StructMessage,
  Value as ValueMessage,
} from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN, type Properties, type PropertyValue } from "./provider";

/** A property as it travels: JSON in which objects with a signature stand for secrets and the like. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/** Properties as they travel. */
export type WireProperties = Record<string, Wire>;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** The unknown value of each type. The engine takes any of them back for any type. */
const UNKNOWNS = {
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};
const UNKNOWN_TEXTS: ReadonlySet<string> = new Set(Object.values(UNKNOWNS));

/** Reads a message's properties; an absent message has none. */
export function fromStruct(struct: Struct | undefined): WireProperties {
  const properties: WireProperties = {};
  struct?.getFieldsMap().forEach((value, key) => (properties[key] = fromValue(value)));
  return properties;
}

function fromValue(value: Value): Wire {
  switch (value.getKindCase()) {
    case ValueMessage.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case ValueMessage.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case ValueMessage.KindCase.STRING_VALUE:
      return value.getStringValue();
    case ValueMessage.KindCase.LIST_VALUE:
      return (value.getListValue() ?? new ListValue()).getValuesList().map(fromValue);
    case ValueMessage.KindCase.STRUCT_VALUE:
      return fromStruct(value.getStructValue());
    default:
      return null;
  }
}

/** Writes properties as a message. */
export function toStruct(properties: WireProperties): Struct {
  return StructMessage.fromJavaScript(properties);
}

/** Properties as handlers see them: secrets and outputs unwrapped, unknowns as {@link UNKNOWN}. */
export function decode(properties: WireProperties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, decodeValue(value)]));
}

/** One property as handlers see it. */
export function decodeValue(value: Wire): PropertyValue {
  if (typeof value === "string") return UNKNOWN_TEXTS.has(value) ? UNKNOWN : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  switch (value[SIGNATURE]) {
    case SECRET:
      return decodeValue(value["value"] ?? null);
    case OUTPUT:
      return value["value"] === undefined ? UNKNOWN : decodeValue(value["value"]);
    case RESOURCE:
      // As the engine does for providers that do not take references: the id, or the URN of a component.
      return decodeValue(value["id"] === "" ? UNKNOWNS.string : (value["id"] ?? value["urn"] ?? null));
    default:
      return decode(value);
  }
}

/** Properties as the engine takes them; none is secret yet: see {@link markSecrets}. */
export function encode(properties: Properties): WireProperties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, encodeValue(value)]));
}

function encodeValue(value: PropertyValue): Wire {
  if (value === UNKNOWN) return UNKNOWNS.string;
  if (value === null || typeof value !== "object") return value;
  return Array.isArray(value) ? value.map(encodeValue) : encode(value);
}

/**
 * Marks those outputs as secret whose input of the same name is or contains a secret. Objects are compared by member;
 * a list is secret as a whole, because its order may change.
 */
export function markSecrets(outputs: WireProperties, inputs: WireProperties): WireProperties {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, output]) => {
      const input = inputs[key];
      if (input === undefined || !containsSecret(input)) return [key, output];
      return [
        key,
        isPlainObject(output) && isPlainObject(input) ? markSecrets(output, input) : secretOf(output),
      ];
    }),
  );
}

/** Marks the outputs of the given names as secret. */
export function markNamed(outputs: WireProperties, names: readonly string[]): WireProperties {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, output]) => [key, names.includes(key) ? secretOf(output) : output]),
  );
}

function secretOf(value: Wire): Wire {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

function isSecret(value: Wire): boolean {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

function isObject(value: Wire): value is WireProperties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlainObject(value: Wire): value is WireProperties {
  return isObject(value) && value[SIGNATURE] === undefined;
}

function containsSecret(value: Wire): boolean {
  if (Array.isArray(value)) return value.some(containsSecret);
  if (!isObject(value)) return false;
  const hidden = value[SIGNATURE] === SECRET || (value[SIGNATURE] === OUTPUT && value["secret"] === true);
  return hidden || Object.values(value).some(containsSecret);
}

/** The texts within secrets, and those outside of them. */
export interface Texts {
  secret: Set<string>;
  open: Set<string>;
}

/** Sorts every text in some properties by whether it is secret. */
export function textsOf(
  properties: WireProperties,
  into: Texts = { secret: new Set(), open: new Set() },
): Texts {
  for (const value of Object.values(properties)) collect(value, false, into);
  return into;
}

function collect(value: Wire, secret: boolean, into: Texts): void {
  if (typeof value === "string") (secret ? into.secret : into.open).add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, secret, into);
  else if (isObject(value)) {
    const hidden = secret || isSecret(value) || (value[SIGNATURE] === OUTPUT && value["secret"] === true);
    for (const [key, item] of Object.entries(value)) if (key !== SIGNATURE) collect(item, hidden, into);
  }
}
