import { randomInt } from "node:crypto";
import { changesOf, differencesOf } from "../framework/differences";
import {
  UNKNOWN,
  type CheckFailure,
  type KnownState,
  type Properties,
  type ReadState,
  type ResourceHandler,
} from "../framework/provider";

/** The characters of each class; a class is taken unless its input says false. */
const CLASSES: Readonly<Record<string, string>> = {
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  lower: "abcdefghijklmnopqrstuvwxyz",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
};
const NAMES = ["length", ...Object.keys(CLASSES)];

/** A text that is drawn once, and may be shown. Its id is the text. */
export const randomString: ResourceHandler = textHandler((text) => text);

/**
 * A text that is drawn once, and is secret. Its id says nothing; an existing one is imported by its value. It has no
 * `bcryptHash`, which nothing here reads.
 */
export const randomPassword: ResourceHandler = { ...textHandler(() => "none"), secretOutputs: ["result"] };

function textHandler(idOf: (text: string) => string): ResourceHandler {
  return {
    check: (inputs) => ({ inputs, failures: checkText(inputs) }),
    diff(known, inputs) {
      const [old, now] = [withDefaults(known.inputs), withDefaults(inputs)];
      // Nothing random can be changed in place.
      return { changes: changesOf(differencesOf(old, now), Object.keys({ ...old, ...now })) };
    },
    create(inputs, { preview }) {
      const result = preview ? UNKNOWN : drawText(inputs);
      return Promise.resolve({
        id: typeof result === "string" ? idOf(result) : "",
        outputs: outputsOf(inputs, { result }),
      });
    },
    read: (known) => Promise.resolve(asKnown(known) ?? { id: idOf(known.id), ...imported(known.id) }),
    delete: () => Promise.resolve(),
  };
}

function asKnown(known: KnownState): ReadState | undefined {
  return known.outputs["result"] === undefined ? undefined : known;
}

function imported(result: string): { inputs: Properties; outputs: Properties } {
  const inputs = { length: Buffer.byteLength(result) };
  return { inputs, outputs: outputsOf(inputs, { result }) };
}

/** Every failure of the inputs of a text. */
export function checkText(inputs: Properties): CheckFailure[] {
  const failures = Object.keys(inputs)
    .filter((name) => !NAMES.includes(name) && !name.startsWith("__") && inputs[name] !== null)
    .map((property) => ({
      property,
      reason: `is not served by the embedded random provider, which has ${NAMES.join(", ")}; it needs the upstream one`,
    }));
  const length = inputs["length"] ?? null;
  if (length === null) failures.push({ property: "length", reason: "is missing" });
  else if (length !== UNKNOWN && !(Number.isInteger(length) && Number(length) >= 1))
    failures.push({ property: "length", reason: "must be a whole number of at least 1" });
  if (Object.keys(CLASSES).every((name) => inputs[name] === false))
    failures.push({ property: "special", reason: "at least one class of characters must be true" });
  return failures;
}

/** Inputs with the value of each that was not given. */
function withDefaults(inputs: Properties): Properties {
  const given = Object.entries(inputs).filter(([, value]) => value !== null);
  return { upper: true, lower: true, numeric: true, special: true, ...Object.fromEntries(given) };
}

/** Outputs as the upstream provider has them: a stack may go on with that one. */
function outputsOf(inputs: Properties, drawn: Properties): Properties {
  const all = withDefaults(inputs);
  const minima = { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0 };
  return { ...minima, ...all, number: all["numeric"] ?? true, ...drawn };
}

/** Draws a text by inputs that have passed {@link checkText}. */
export function drawText(inputs: Properties): string {
  const all = withDefaults(inputs);
  const characters = Object.entries(CLASSES)
    .filter(([name]) => all[name] === true)
    .map(([, some]) => some)
    .join("");
  return Array.from({ length: Number(all["length"]) }, () => characters[randomInt(characters.length)]).join(
    "",
  );
}
