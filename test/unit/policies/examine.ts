import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type {
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { isUnknownValue } from "../../../policies/shared/unknowns";

/** What stands for a text that a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource, as a program registers it. */
export interface Sample {
  type: string;
  name: string;
  props: object;
  protect?: boolean;
  /** Names of the resources that a property was made from; with `type::` before it where the name is not the only one. */
  dependencies?: Record<string, string[]>;
}

/** What a rule said. */
export interface Verdict {
  violations: string[];
  /** Why the rule did not look. */
  notApplicable?: string;
  /** What the rule needed and a preview does not know. */
  unknown?: string;
}

type Config = Record<string, unknown>;

// The SDK exports it, but leaves it out of its types.
const { unknownCheckingProxy } = createRequire(__filename)("@pulumi/policy") as {
  unknownCheckingProxy: (props: object) => Record<string, unknown>;
};

class NotApplicable extends Error {}

function notApplicable(reason?: string): never {
  throw new NotApplicable(reason);
}

function optionsOf({ protect = true }: Sample): PolicyResourceOptions {
  const customTimeouts = { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 };
  return { protect, ignoreChanges: [], aliases: [], customTimeouts, additionalSecretOutputs: [] };
}

function urnOf({ type, name }: Sample): string {
  return `urn:pulumi:prod::lstm-pfd::${type}::${name}`;
}

/** Asks a rule for resources about one. */
export function examineResource(
  rule: ResourceValidationPolicy,
  sample: Sample,
  config: Config = {},
): Promise<Verdict> {
  const { validateResource: validate } = rule;
  assert.ok(typeof validate === "function");
  const args = {
    type: sample.type,
    name: sample.name,
    urn: urnOf(sample),
    props: unknownCheckingProxy(sample.props),
    opts: optionsOf(sample),
    stackTags: new Map<string, string>(),
    isType: () => false,
    asType: () => undefined,
    getConfig: () => config as never,
    notApplicable,
  };
  return verdictOf((report) => validate(args, report));
}

/** Asks a rule for stacks about one. */
export function examineStack(
  rule: StackValidationPolicy,
  samples: readonly Sample[],
  config: Config = {},
): Promise<Verdict> {
  const resources = samples.map((sample): PolicyResource => ({
    type: sample.type,
    name: sample.name,
    urn: urnOf(sample),
    props: unknownCheckingProxy(sample.props),
    opts: optionsOf(sample),
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  }));
  for (const [index, { dependencies = {} }] of samples.entries())
    for (const [property, names] of Object.entries(dependencies)) {
      const found = resources.filter(
        ({ type, name }) => names.includes(name) || names.includes(`${type}::${name}`),
      );
      Object.assign(resources[index]?.propertyDependencies ?? {}, { [property]: found });
    }
  const args = {
    resources,
    stackTags: new Map<string, string>(),
    getConfig: () => config as never,
    notApplicable,
  };
  return verdictOf((report) => rule.validateStack(args, report));
}

async function verdictOf(
  validate: (report: (message: string) => void) => Promise<void> | void,
): Promise<Verdict> {
  const violations: string[] = [];
  try {
    await validate((message) => violations.push(message));
  } catch (error) {
    if (error instanceof NotApplicable) return { violations, notApplicable: error.message };
    if (isUnknownValue(error)) return { violations, unknown: error.props.join(".") };
    throw error;
  }
  return { violations };
}
