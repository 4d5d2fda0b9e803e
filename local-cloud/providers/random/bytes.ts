import { randomBytes as drawBytes } from "node:crypto";
import { UNKNOWN, type CheckFailure, type Properties, type ResourceHandler } from "../framework/provider";
import { checkNames, checkNumber, checkPresence, numberOf, redrawOn } from "./inputs";

/** Bytes that are drawn once, and may be shown, in four spellings with a prefix. The id is one of them without it. */
export const randomId: ResourceHandler = {
  check: (inputs) => ({ inputs, failures: check(inputs, "byteLength", ["prefix"]) }),
  diff: redrawOn((inputs) => inputs),
  create(inputs, { preview }) {
    const unknown: Properties = { b64Std: UNKNOWN, b64Url: UNKNOWN, hex: UNKNOWN, dec: UNKNOWN };
    if (preview) return Promise.resolve({ id: "", outputs: { ...inputs, ...unknown } });
    const bytes = drawBytes(numberOf(inputs, "byteLength") ?? 0);
    return Promise.resolve({
      id: bytes.toString("base64url"),
      outputs: { ...inputs, ...spellings(bytes, prefixOf(inputs)) },
    });
  },
  read(known) {
    if (known.outputs["hex"] !== undefined) return Promise.resolve(known);
    const comma = known.id.lastIndexOf(",");
    const [prefix, id] = [known.id.slice(0, Math.max(comma, 0)), known.id.slice(comma + 1)];
    const bytes = Buffer.from(id, "base64url");
    if (bytes.toString("base64url") !== id)
      throw new Error(`${known.id} is not a URL-safe base64 text, with or without a prefix and a comma`);
    const inputs: Properties = { byteLength: bytes.length, ...(prefix === "" ? {} : { prefix }) };
    return Promise.resolve({ id, inputs, outputs: { ...inputs, ...spellings(bytes, prefix) } });
  },
  delete: () => Promise.resolve(),
};

/** Bytes that are drawn once, and are secret. The id is the base64 text, as with the upstream provider. */
export const randomBytes: ResourceHandler = {
  secretOutputs: ["base64", "hex"],
  check: (inputs) => ({ inputs, failures: check(inputs, "length", []) }),
  diff: redrawOn((inputs) => inputs),
  create(inputs, { preview }) {
    if (preview) return Promise.resolve({ id: "", outputs: { ...inputs, base64: UNKNOWN, hex: UNKNOWN } });
    const bytes = drawBytes(numberOf(inputs, "length") ?? 0);
    const base64 = bytes.toString("base64");
    return Promise.resolve({ id: base64, outputs: { ...inputs, base64, hex: bytes.toString("hex") } });
  },
  read(known) {
    if (known.outputs["base64"] !== undefined) return Promise.resolve(known);
    const bytes = Buffer.from(known.id, "base64");
    if (bytes.toString("base64") !== known.id) throw new Error("the id to import is not a base64 text");
    const inputs = { length: bytes.length };
    const outputs = { ...inputs, base64: known.id, hex: bytes.toString("hex") };
    return Promise.resolve({ id: known.id, inputs, outputs });
  },
  delete: () => Promise.resolve(),
};

function check(inputs: Properties, length: string, others: readonly string[]): CheckFailure[] {
  return [
    ...checkNames(inputs, [length, "keepers", ...others]),
    ...checkPresence(inputs, length),
    ...checkNumber(inputs, length, 1),
  ];
}

function prefixOf(inputs: Properties): string {
  return typeof inputs["prefix"] === "string" ? inputs["prefix"] : "";
}

/** Some bytes in the spellings of a RandomId. */
export function spellings(
  bytes: Buffer,
  prefix: string,
): Record<"b64Std" | "b64Url" | "hex" | "dec", string> {
  const hex = bytes.toString("hex");
  return {
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
    hex: prefix + hex,
    dec: prefix + BigInt(`0x0${hex}`).toString(),
  };
}
