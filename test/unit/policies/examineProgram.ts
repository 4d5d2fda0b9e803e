import type { Policies, ResourceValidationPolicy } from "@pulumi/policy";
import type { PolicySettings } from "../../../automation/policySettings";
import { rules } from "../../../policies/rules";
import type { Registrations } from "../components/aws/recordRegistrations";
import { revealed } from "../components/recordResources";
import { examineResource, examineStack, type Sample } from "./examine";

/** What a program registered, as the policy pack gets it. */
export function samplesOf({ resources, options }: Registrations): Sample[] {
  return resources.map(({ type, name, inputs }) => {
    const registration = options.find((each) => each.type === type && each.name === name);
    return {
      type,
      name,
      props: revealed(inputs),
      protect: registration?.protect ?? false,
      dependencies: registration?.madeFrom ?? {},
    };
  });
}

/** The policy pack with settings. Asks each rule about each resource once, so that a change costs what has changed. */
export class Pack {
  private readonly said = new Map<string, WeakMap<Sample, Promise<string[]>>>();

  constructor(private readonly settings: PolicySettings) {}

  /**
   * Violations, each with the rule's name in front.
   * @param only name of the one rule to ask; all of them by default
   */
  async violationsOf(samples: readonly Sample[], only?: string): Promise<string[]> {
    const asked = rules.filter(({ name }) => only === undefined || name === only);
    return (await Promise.all(asked.map((rule) => this.ofRule(rule, samples)))).flat();
  }

  private async ofRule(rule: Policies[number], samples: readonly Sample[]): Promise<string[]> {
    const settings = this.settings[rule.name] ?? {};
    if (settings === "disabled") return [];
    const config = settings as Record<string, unknown>;
    const violations =
      "validateStack" in rule
        ? (await examineStack(rule, samples, config)).violations
        : (await Promise.all(samples.map((sample) => this.ofResource(rule, sample, config)))).flat();
    return violations.map((violation) => `${rule.name}: ${violation}`);
  }

  private ofResource(
    rule: ResourceValidationPolicy,
    sample: Sample,
    config: Record<string, unknown>,
  ): Promise<string[]> {
    const ofRule = this.said.get(rule.name) ?? new WeakMap<Sample, Promise<string[]>>();
    this.said.set(rule.name, ofRule);
    const said =
      ofRule.get(sample) ?? examineResource(rule, sample, config).then(({ violations }) => violations);
    ofRule.set(sample, said);
    return said;
  }
}
