import type {
  PolicyResource,
  ResourceValidation,
  StackValidation,
  StackValidationArgs,
} from "@pulumi/policy";
import { holdsBackups } from "./backupBuckets";
import { Findings } from "./findings";
import { asProgrammed } from "./recordedInputs";
import { awsTypes, canonicalType } from "./resourceTypes";
import { type CommonSettings, settingsOf } from "./settings";

/** What a resource is called in messages: its kind and its name in the program. */
export function titleOf({ type, name }: { type: string; name: string }): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} "${name}"`;
}

/** Why a rule on buckets does not look at one. */
export const noBackups = "its bucket holds no backups, as backup-buckets is configured";

/** What a rule checks in the arguments of one resource. */
export type ResourceCheck<Props, Settings> = (
  props: Props,
  settings: Settings & CommonSettings,
  findings: Findings,
) => void;

/**
 * Makes the validation of a rule for resources. A value that the preview does not know is handed to the engine as such, which
 * prints an advisory: `pulumi up` asks again with the value, and stops before the resource is touched.
 * @param types type tokens that the rule is for
 * @param check reports what is wrong; messages get the resource's title in front
 */
export function checkResources<Props, Settings extends object>(
  types: readonly string[],
  defaults: Settings,
  check: ResourceCheck<Props, Settings>,
): ResourceValidation {
  return (args, reportViolation) => {
    if (!types.includes(canonicalType(args.type))) args.notApplicable(`it is for ${types.join(", ")}`);
    const settings = settingsOf(args, defaults);
    if (settings.exempt.includes(args.name)) args.notApplicable(`${args.name} is exempt`);
    if (!holdsBackups(args)) args.notApplicable(noBackups);
    const findings = new Findings((message) => {
      reportViolation(`${titleOf(args)}: ${message}`);
    });
    findings.attempt(() => {
      check(args.props as Props, settings, findings);
    });
    const unknown = findings.unknowns[0];
    if (unknown) throw unknown.error;
  };
}

/**
 * Makes the validation of a rule for stacks. Such a rule runs after the resources of an `up` exist, so that it can stop a
 * preview only: a value that the preview does not know is a violation.
 * @param check reports what is wrong; the resources that it gets have the arguments of the program, and none is exempt
 */
export function checkStack<Settings extends object>(
  defaults: Settings,
  check: (
    resources: PolicyResource[],
    settings: Settings & CommonSettings,
    findings: Findings,
    args: StackValidationArgs,
  ) => void,
): StackValidation {
  return (args, reportViolation) => {
    const settings = settingsOf(args, defaults);
    const findings = new Findings(reportViolation);
    const resources: PolicyResource[] = [];
    for (const resource of args.resources.filter(({ name }) => !settings.exempt.includes(name)))
      findings.attempt(() => {
        const known = asProgrammed({ ...resource, type: canonicalType(resource.type) });
        if (known.type !== awsTypes.bucket || holdsBackups(known)) resources.push(known);
      }, resource.urn);
    findings.attempt(() => {
      check(resources, settings, findings, args);
    });
    for (const { error, urn } of findings.unknowns) {
      const resource = args.resources.find((candidate) => candidate.urn === urn);
      const title = resource === undefined ? "a resource" : titleOf(resource);
      reportViolation(
        `${title}: ${error.props.join(".")} is not known before up, and a rule for stacks can stop a preview only: give it a plain value`,
        urn,
      );
    }
  };
}
