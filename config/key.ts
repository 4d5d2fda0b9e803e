import type * as pulumi from "@pulumi/pulumi";
// This part alone: who reads a kit, and runs no program, does not wait for the rest of the SDK.
import { secret as secretOutput } from "@pulumi/pulumi/output";
import { type Rule, range } from "../plan/rule";

/**
 * One configuration key: all that the program, the command line, Pulumi.yaml and docs/configuration.md know of it.
 *
 * Made with the few functions below rather than with zod: every value comes as text, each key needs a description, a default of
 * Pulumi's own type and one sentence for its rule, and the rules are those of the components (`plan/`). A schema library would
 * say none of that shorter, and a recovery would wait for it to load.
 */
export interface ConfigKey<T = unknown> {
  /** Its type in Pulumi.yaml. */
  readonly type: "string" | "integer" | "boolean";
  readonly description: string;
  readonly default: string | number | boolean;
  /** Never shown, and kept encrypted where the command line writes it. */
  readonly secret: boolean;
  /** Its rule, as a message says it; empty where every text will do. */
  readonly rule: string;
  /** Whether an empty text is a value: that there is none. */
  readonly emptyAllowed: boolean;
  /** A text that keeps the rule, in place of one that only the engine can open. */
  readonly standIn: string;
  /** @throws Error whose message is the rule that the text breaks */
  readonly parse: (text: string) => T;
}

/** What every text has. */
interface TextOptions {
  description: string;
  /** A key whose default is empty may be empty. @default "" */
  default?: string;
}

/** A text. @param options its rule; @default any text */
export function text(options: TextOptions & { rule?: Rule }): ConfigKey<string> {
  const { rule = options.default === undefined ? anyText : someText } = options;
  return textKey(options, rule.says, rule.example, (value) => hold(rule, value), "");
}

/** Texts, comma-separated. */
export function list(options: TextOptions & { rule: Rule<readonly string[]> }): ConfigKey<readonly string[]> {
  const { rule } = options;
  const parts = (value: string): string[] => (value === "" ? [] : value.split(","));
  return textKey(options, rule.says, rule.example.join(","), (value) => hold(rule, parts(value)), []);
}

/** A secret text. */
export function secret(options: { description: string }): ConfigKey<pulumi.Output<string>> {
  return { ...text(options), secret: true, parse: (value) => secretOutput(value) };
}

/**
 * A secret text that is read into something else.
 * @param options `read` throws an Error whose message is the rule that the text breaks
 */
export function secretOf<T>(options: {
  description: string;
  rule: string;
  standIn: string;
  read: (value: string) => T;
}): ConfigKey<T> {
  const { description, rule, standIn, read } = options;
  return { ...text({ description }), secret: true, rule, standIn, parse: read };
}

/** One of a few words. */
export function choice<const W extends string>(
  words: readonly W[],
  options: { description: string; default: NoInfer<W> },
): ConfigKey<W> {
  const rule = `must be ${words.join(" or ")}`;
  return textKey<W>(options, rule, options.default, (value) => {
    const word = words.find((each) => each === value);
    if (word === undefined) throw new Error(rule);
    return word;
  });
}

/** A whole number. */
export function integer(options: {
  description: string;
  default: number;
  rule: Rule<number>;
}): ConfigKey<number> {
  const { rule, ...rest } = options;
  return {
    ...rest,
    type: "integer",
    secret: false,
    rule: rule.says,
    emptyAllowed: false,
    standIn: String(options.default),
    parse: (value) => {
      // Number() takes hexadecimal, exponents, spaces and nothing as well.
      if (!/^-?\d+$/.test(value)) throw new Error(rule.says);
      return hold(rule, Number(value));
    },
  };
}

/** True or false. */
export function flag(options: { description: string; default: boolean }): ConfigKey<boolean> {
  const rule = "must be true or false";
  return {
    ...options,
    type: "boolean",
    secret: false,
    rule,
    emptyAllowed: false,
    standIn: String(options.default),
    parse: (value) => {
      if (value !== "true" && value !== "false") throw new Error(rule);
      return value === "true";
    },
  };
}

/** A TCP port that needs no rights of root. */
export const portRule = range(1024, 65535);

const anyText: Rule = { says: "", example: "opened-by-the-stack-alone", holds: () => true };
const someText: Rule = {
  says: "must have a value",
  example: "opened-by-the-stack-alone",
  holds: (value) => value !== "",
};

function textKey<T>(
  { description, default: byDefault = "" }: TextOptions,
  rule: string,
  example: string,
  parse: (value: string) => T,
  none?: T,
): ConfigKey<T> {
  const emptyAllowed = byDefault === "";
  return {
    type: "string",
    description,
    default: byDefault,
    secret: false,
    rule,
    emptyAllowed,
    standIn: byDefault || example,
    parse: (value) => (value === "" && emptyAllowed && none !== undefined ? none : parse(value)),
  };
}

function hold<T>(rule: Rule<T>, value: T): T {
  if (!rule.holds(value)) throw new Error(rule.says);
  return value;
}
