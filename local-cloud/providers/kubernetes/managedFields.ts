import { at, isObject, listAt, textAt, type Json, type JsonObject } from "./json";

/**
 * Managers whose fields are taken over before an apply: people with kubectl, and writes of this or the upstream
 * provider that were no applies. Fields of controllers stay theirs: an apply that touches them is a conflict.
 */
const TAKEN_OVER = /^(?:kubectl|before-first-apply$|pulumi-kubernetes$|pulumi-resource-kubernetes$)/;

/**
 * The owners of an object's fields after the takeover: what an apply then leaves out is removed.
 * @returns undefined when there is nothing to take over
 */
export function takenOver(live: Json, manager: string): Json[] | undefined {
  const entries = listAt(live, "metadata", "managedFields");
  const takes = (entry: Json): boolean =>
    textAt(entry, "manager") !== manager &&
    ["", "scale"].includes(textAt(entry, "subresource")) &&
    TAKEN_OVER.test(textAt(entry, "manager"));
  const mine = (entry: Json): boolean =>
    textAt(entry, "manager") === manager &&
    textAt(entry, "operation") === "Apply" &&
    textAt(entry, "subresource") === "";
  const taken = entries.filter(takes);
  if (taken.length === 0) return undefined;
  const fields = entries
    .filter((entry) => takes(entry) || mine(entry))
    .map((entry) => at(entry, "fieldsV1"))
    .reduce<JsonObject>((all, each) => merge(all, isObject(each) ? each : {}), {});
  const apiVersion = textAt(live, "apiVersion");
  return [
    ...entries.filter((entry) => !takes(entry) && !mine(entry)),
    { manager, operation: "Apply", apiVersion, fieldsType: "FieldsV1", fieldsV1: fields },
  ];
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const merged = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const other = merged[name];
    merged[name] = isObject(other) && isObject(value) ? merge(other, value) : value;
  }
  return merged;
}
