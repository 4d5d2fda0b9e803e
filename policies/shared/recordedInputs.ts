import type { PolicyResource, ResourceValidationPolicy } from "@pulumi/policy";
import { awsTypes, canonicalType } from "./resourceTypes";

type Recorded = Pick<PolicyResource, "type" | "name" | "props">;

const recorded = new Map<string, Recorded>();

/**
 * Not a rule: it reports nothing. The engine shows rules for stacks what providers answered, and a provider that is not
 * configured yet, such as that of a cluster that `up` is going to make, answers a preview with nothing. What the program
 * asked for goes by here before, and is kept for those rules.
 */
export const inputRecorder: ResourceValidationPolicy = {
  name: "recorded-inputs",
  description: "Keeps the arguments of resources for the rules on stacks. Reports nothing.",
  enforcementLevel: "mandatory",
  validateResource: ({ urn, type, name, props }) => {
    recorded.set(urn, { type, name, props });
  },
};

/** A resource with the arguments that the program gave it; with what its provider answered where those were not recorded. */
export function asProgrammed(resource: PolicyResource): PolicyResource {
  return { ...resource, props: recorded.get(resource.urn)?.props ?? resource.props };
}

/** Buckets that have gone by. */
export function recordedBuckets(): Recorded[] {
  return [...recorded.values()].filter(({ type }) => canonicalType(type) === awsTypes.bucket);
}
