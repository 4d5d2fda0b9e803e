import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { rules } from "@lstm-pfd/policies/rules";
import { examineResource, examineStack, type Sample } from "../../policies/examine";
import { optionsOfOne, type Registrations } from "./recordRegistrations";

/**
 * What the policy pack says of registered resources: the name of the rule and its words.
 * @param skipped names of rules that are not for this stack
 */
export async function policyVerdicts(
  registrations: Registrations,
  skipped: readonly string[] = [],
): Promise<string[]> {
  const { resources, options } = registrations;
  const registered = new Set(options.map(({ type, name }) => `${type}::${name}`));
  const samples: Sample[] = resources
    // What is only looked up is not the stack's.
    .filter(({ type, name }) => registered.has(`${type}::${name}`))
    .map(({ type, name, inputs }) => {
      const { protect, madeFrom } = optionsOfOne(registrations, type, name);
      // Names are told apart by their types here.
      return { type, name: `${type}::${name}`, props: inputs, protect, dependencies: madeFrom };
    });
  const verdicts: string[] = [];
  for (const rule of rules) {
    if (skipped.includes(rule.name)) continue;
    const config = defaultsOf(rule.configSchema?.properties ?? {});
    const found = isStackRule(rule)
      ? [await examineStack(rule, samples, config)]
      : await Promise.all(samples.map((sample) => examineResource(rule, sample, config)));
    verdicts.push(...found.flatMap(({ violations }) => violations.map((text) => `${rule.name}: ${text}`)));
  }
  return verdicts;
}

function isStackRule(rule: ResourceValidationPolicy | StackValidationPolicy): rule is StackValidationPolicy {
  return "validateStack" in rule;
}

function defaultsOf(properties: Record<string, { default?: unknown }>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]));
}
