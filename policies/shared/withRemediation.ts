import type { Policies, ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";

type Rule = Policies[number];

/** The rule, with what to do beneath each message: the engine keeps `remediationSteps` to itself. */
export function withRemediation(rule: Rule): Rule {
  const { remediationSteps } = rule;
  if (remediationSteps === undefined) return rule;
  const advising =
    (report: ReportViolation): ReportViolation =>
    (message, urn) => {
      report(`${message}\nWhat to do: ${remediationSteps}`, urn);
    };
  if ("validateStack" in rule)
    return { ...rule, validateStack: (args, report) => rule.validateStack(args, advising(report)) };
  return {
    ...rule,
    validateResource: validationsOf(rule).map(
      (validate) => (args, report) => validate(args, advising(report)),
    ),
  };
}

function validationsOf({ validateResource = [] }: ResourceValidationPolicy) {
  return Array.isArray(validateResource) ? validateResource : [validateResource];
}
