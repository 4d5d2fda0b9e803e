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
    diff: redrawOn(withDefaults),
    create(inputs, { preview }) {
      const outputs = withDefaults(inputs);
      if (preview) return Promise.resolve({ id: "", outputs: { ...outputs, result: UNKNOWN } });
      const result = drawText(rulesOf(inputs));
      return Promise.resolve({ id: idOf(result), outputs: { ...outputs, result } });
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
  return { inputs, outputs: { ...withDefaults(inputs), result } };
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
