import { hash } from "bcryptjs";
import {
  UNKNOWN,
  type CheckFailure,
  type KnownState,
  type Properties,
  type ReadState,
  type ResourceHandler,
} from "../framework/provider";
import { drawText, type TextRules } from "./drawText";
import { checkNames, checkNumber, checkPresence, numberOf, redrawOn } from "./inputs";

const MINIMA = ["minUpper", "minLower", "minNumeric", "minSpecial"] as const;
const CLASSES = ["upper", "lower", "numeric", "special"] as const;
const NAMES = ["length", ...CLASSES, "number", ...MINIMA, "overrideSpecial", "keepers"];

/** Cost of a hash, as with the upstream provider. */
const BCRYPT_ROUNDS = 10;

/** Bytes of a text that a hash takes in. */
const BCRYPT_BYTES = 72;

/** A text that is drawn once, and may be shown. Its id is the text. */
export const randomString: ResourceHandler = {
  check: (inputs) => ({ inputs, failures: checkText(inputs) }),
  diff: redrawOn(withDefaults),
  create(inputs, { preview }) {
    if (preview) return Promise.resolve({ id: "", outputs: { ...withDefaults(inputs), result: UNKNOWN } });
    const result = drawText(rulesOf(inputs));
    return Promise.resolve({ id: result, outputs: { ...withDefaults(inputs), result } });
  },
  read: (known) => Promise.resolve(asKnown(known) ?? { id: known.id, ...imported(known.id) }),
  delete: () => Promise.resolve(),
};

/** A text that is drawn once, and is secret. Its id says nothing; an existing one is imported by its value. */
export const randomPassword: ResourceHandler = {
  secretOutputs: ["result", "bcryptHash"],
  check: (inputs) => ({ inputs, failures: checkText(inputs) }),
  diff: redrawOn(withDefaults),
  async create(inputs, { preview }) {
    const outputs = withDefaults(inputs);
    if (preview) return { id: "", outputs: { ...outputs, result: UNKNOWN, bcryptHash: UNKNOWN } };
    const result = drawText(rulesOf(inputs));
    return { id: "none", outputs: { ...outputs, result, bcryptHash: await hashOf(result) } };
  },
  async read(known) {
    const kept = asKnown(known);
    if (kept) return kept;
    const { inputs, outputs } = imported(known.id);
    return { id: "none", inputs, outputs: { ...outputs, bcryptHash: await hashOf(known.id) } };
  },
  delete: () => Promise.resolve(),
};

function asKnown(known: KnownState): ReadState | undefined {
  return known.outputs["result"] === undefined ? undefined : known;
}

function imported(result: string): { inputs: Properties; outputs: Properties } {
  const inputs = { length: Buffer.byteLength(result) };
  return { inputs, outputs: { ...withDefaults(inputs), result } };
}

function hashOf(text: string): Promise<string> {
  return hash(Buffer.from(text).subarray(0, BCRYPT_BYTES).toString(), BCRYPT_ROUNDS);
}

/** Every failure of the inputs of a text. */
export function checkText(inputs: Properties): CheckFailure[] {
  const failures = [
    ...checkNames(inputs, NAMES),
    ...checkPresence(inputs, "length"),
    ...checkNumber(inputs, "length", 1),
    ...MINIMA.flatMap((name) => checkNumber(inputs, name, 0)),
  ];
  if (failures.length > 0) return failures;
  const [length, required] = [numberOf(inputs, "length"), sumOfMinima(inputs)];
  if (length !== undefined && length < required)
    failures.push({
      property: "length",
      reason: `${length} is less than the minima of the classes, ${required}`,
    });
  const { number, numeric } = inputs;
  if (typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric)
    failures.push({ property: "number", reason: `${number} contradicts numeric, which is ${numeric}` });
  const all = withDefaults(inputs);
  if (CLASSES.every((name) => all[name] === false))
    failures.push({ property: "special", reason: "at least one class of characters must be true" });
  return failures;
}

function sumOfMinima(inputs: Properties): number {
  return MINIMA.reduce((sum, name) => sum + (numberOf(inputs, name) ?? 0), 0);
}

/** Inputs with the value of each that was not given. */
export function withDefaults(inputs: Properties): Properties {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
  const numeric = given["numeric"] ?? given["number"] ?? true;
  return {
    upper: true,
    lower: true,
    special: true,
    minUpper: 0,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    ...given,
    numeric,
    number: numeric,
  };
}

function rulesOf(inputs: Properties): TextRules {
  const all = withDefaults(inputs);
  return {
    length: numberOf(all, "length") ?? 0,
    upper: all["upper"] === true,
    lower: all["lower"] === true,
    numeric: all["numeric"] === true,
    special: all["special"] === true,
    minUpper: numberOf(all, "minUpper") ?? 0,
    minLower: numberOf(all, "minLower") ?? 0,
    minNumeric: numberOf(all, "minNumeric") ?? 0,
    minSpecial: numberOf(all, "minSpecial") ?? 0,
    overrideSpecial: typeof all["overrideSpecial"] === "string" ? all["overrideSpecial"] : "",
  };
}
