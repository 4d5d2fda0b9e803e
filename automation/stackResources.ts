import type { Stack } from "@pulumi/pulumi/automation";

/** One resource as the state of a stack has it. Values of secrets are not opened. */
export interface StackResource {
  urn: string;
  type: string;
  inputs?: Readonly<Record<string, unknown>>;
  outputs?: Readonly<Record<string, unknown>>;
}

/** What the state of a stack holds. */
export async function stackResources(stack: Stack): Promise<StackResource[]> {
  const { resources = [] } = (await stack.exportStack()).deployment as { resources?: StackResource[] };
  return resources;
}

/** Whether a stack has made its cluster on this machine: that is removed with the stack, and with it all that is in it. */
export async function clusterGoesWith(stack: Stack): Promise<boolean> {
  return (await stackResources(stack)).some(({ type }) => type === "embedded:index:Site");
}

/** Whether any object of a cluster is among resources. */
export function hasClusterObjects(resources: readonly StackResource[]): boolean {
  return resources.some(({ type }) => type.startsWith("kubernetes:"));
}
