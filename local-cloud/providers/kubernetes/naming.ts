import { createHash } from "node:crypto";
import { UNKNOWN, type Properties } from "../framework/provider";
import { isObject } from "./json";

/** Marks objects whose name this project drew: a replacement gets another one. */
export const AUTONAMED = "pulumi.com/autonamed";

/** Hexadecimal digits at the end of a drawn name. */
const DIGITS = 8;

/** Name of the resource in the program, from its URN. */
export function resourceName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** A name for an object, the same for one operation's preview and run. */
export function drawName(urn: string, randomSeed: Uint8Array | undefined): string {
  const hash = createHash("sha256").update(randomSeed ?? "");
  return `${resourceName(urn)}-${hash.update(urn).digest("hex").slice(0, DIGITS)}`;
}

/** Metadata of some inputs; empty when there is none, or when it is not known yet. */
export function metadataOf(inputs: Properties): Properties {
  const { metadata } = inputs;
  return isObject(metadata) ? metadata : {};
}

/** Value of an annotation; undefined when it is absent or not known yet. */
export function annotation(inputs: Properties, name: string): string | undefined {
  const { annotations } = metadataOf(inputs);
  const value = isObject(annotations) ? annotations[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Whether a program gave the object's name, perhaps one that is not known yet. */
export function isNamed(inputs: Properties): boolean {
  const { name } = metadataOf(inputs);
  return inputs["metadata"] === UNKNOWN || name === UNKNOWN || (typeof name === "string" && name !== "");
}

/** Whether the object's name was drawn. */
export function isAutonamed(inputs: Properties): boolean {
  return annotation(inputs, AUTONAMED) === "true";
}

/** Inputs with a name: the program's, that of the old object if it was drawn, or a new one. */
export function withName(inputs: Properties, old: Properties | undefined, draw: () => string): Properties {
  if (isNamed(inputs)) return inputs;
  const kept = old && isAutonamed(old) ? metadataOf(old)["name"] : undefined;
  if (old && kept === undefined) return inputs;
  const metadata = metadataOf(inputs);
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  return {
    ...inputs,
    metadata: {
      ...metadata,
      name: kept ?? draw(),
      ...(metadata["annotations"] === UNKNOWN
        ? {}
        : { annotations: { ...annotations, [AUTONAMED]: "true" } }),
    },
  };
}
