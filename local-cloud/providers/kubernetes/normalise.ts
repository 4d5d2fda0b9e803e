import { UNKNOWN, type Properties, type PropertyValue } from "../framework/provider";
import { isObject, omit, type Json, type JsonObject } from "./json";
import { apiVersionOf, type Kind } from "./kinds";
import { metadataOf } from "./naming";

/** What only the API server writes. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** Inputs in one form, so that two programs that say the same thing differently do not differ. */
export function normalise(kind: Kind, inputs: Properties): Properties {
  const { stringData, ...others } = withoutInternal(inputs);
  const normal: Properties = { ...others, apiVersion: apiVersionOf(kind), kind: kind.kind };
  if ("metadata" in others && others["metadata"] !== UNKNOWN)
    normal["metadata"] = omit(metadataOf(others), ...READ_ONLY);
  if (stringData === undefined) return normal;
  if (kind.group !== "" || kind.kind !== "Secret" || !isObject(stringData)) return { ...normal, stringData };
  // The API server keeps only `data`, and would not remove a text that is no longer in `stringData`.
  const encoded = Object.entries(stringData).map(([key, text]): [string, PropertyValue] => [
    key,
    typeof text === "string" ? Buffer.from(text).toString("base64") : text,
  ]);
  const data = isObject(normal["data"]) ? normal["data"] : {};
  return { ...normal, data: { ...data, ...Object.fromEntries(encoded) } };
}

function withoutInternal(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => !name.startsWith("__") && value !== null),
  );
}

/** A live object without what nobody puts into a program: the inputs of an import. */
export function importedInputs(live: JsonObject): Properties {
  const { metadata, ...others } = omit(live, "status");
  const kept = isObject(metadata) ? omit(metadata, ...READ_ONLY) : {};
  const annotations = isObject(kept["annotations"])
    ? omit(
        kept["annotations"],
        "deployment.kubernetes.io/revision",
        "kubectl.kubernetes.io/last-applied-configuration",
      )
    : {};
  const named = Object.keys(annotations).length > 0 ? { ...kept, annotations } : omit(kept, "annotations");
  return { ...others, metadata: named };
}

/** Names such as `x-kubernetes-…` are no names of TypeScript: programs write them with underscores. */
export function withDashes(value: Json): Json {
  return renamed(value, (name) => (name.startsWith("x_kubernetes_") ? name.replaceAll("_", "-") : name));
}

/** A live object with the names that programs use. */
export function withUnderscores(value: Json): Json {
  return renamed(value, (name) => (name.startsWith("x-kubernetes-") ? name.replaceAll("-", "_") : name));
}

function renamed(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]),
  );
}
