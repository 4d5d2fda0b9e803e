import type { Policies, ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";

type Rule = Policies[number];

/**
 * The rule, with all that it finds in one resource as one violation: the engine prints the rule's description before each. What
 * to do stands beneath the messages, because the engine keeps `remediationSteps` to itself.
 */
export function oneViolation(rule: Rule): Rule {
  const { remediationSteps } = rule;
  if ("validateStack" in rule)
    return {
      ...rule,
      validateStack: (args, report) =>
        gathered(report, remediationSteps, (gather) => rule.validateStack(args, gather)),
    };
  return {
    ...rule,
    validateResource: validationsOf(rule).map(
      (validate) => (args, report) => gathered(report, remediationSteps, (gather) => validate(args, gather)),
    ),
  };
}

async function gathered(
  report: ReportViolation,
  remediationSteps: string | undefined,
  validate: (gather: ReportViolation) => Promise<void> | void,
): Promise<void> {
  const found = new Map<string | undefined, string[]>();
  try {
    await validate((message, urn) => {
      found.set(urn, [...(found.get(urn) ?? []), message]);
    });
  } finally {
    // What was found counts also where the rule then meets a value that is not known yet.
    const advice = remediationSteps === undefined ? [] : [`What to do: ${remediationSteps}`];
    for (const [urn, messages] of found) report([...messages, ...advice].join("\n"), urn);
  }
}

function validationsOf({ validateResource = [] }: ResourceValidationPolicy) {
  return Array.isArray(validateResource) ? validateResource : [validateResource];
}
