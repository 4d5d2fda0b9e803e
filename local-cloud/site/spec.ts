/** An embedded site: a Kubernetes cluster of one node. */
export interface SiteSpec {
  /** Unique on the host, among sites and object stores together; also the node's name. */
  name: string;
  /** Port on 127.0.0.1 that the API server is reached at from the host. */
  apiPort: number;
  /** Name of the embedded object store that pods reach. @default none */
  objectStore?: string;
  /** Full references of the toolchain's images that the node holds. */
  images: readonly string[];
  /** Must be the toolchain's. */
  kubernetesVersion: string;
  /** Who made it: another one is refused. */
  owner: string;
}

/** Sandboxs are told apart by it in messages. */
export const PURPOSE = "site";

/** Longest name that also fits into names that are made from it. */
const NAME_PATTERN = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** One rule that a spec breaks. */
export interface SpecProblem {
  property: Exclude<keyof SiteSpec, "owner">;
  /** Value and rule. */
  reason: string;
}

/** What a spec must fit. */
export interface Available {
  /** Version of Kubernetes in the toolchain. */
  kubernetesVersion: string;
  /** References of the toolchain's images. */
  images: readonly string[];
}

/** What is wrong with a spec in itself; empty when nothing is. */
export function specProblems(spec: Omit<SiteSpec, "owner">, available: Available): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (!NAME_PATTERN.test(spec.name)) {
    problems.push({
      property: "name",
      reason: `is "${spec.name}": must be small letters, digits and dashes, from a letter to a letter or digit, at most 40`,
    });
  }
  if (!Number.isInteger(spec.apiPort) || spec.apiPort < 1024 || spec.apiPort > 65535) {
    problems.push({ property: "apiPort", reason: `is ${spec.apiPort}: must be a port from 1024 to 65535` });
  }
  if (spec.objectStore !== undefined && !NAME_PATTERN.test(spec.objectStore)) {
    problems.push({
      property: "objectStore",
      reason: `is "${spec.objectStore}": must be the name of an embedded object store`,
    });
  }
  if (spec.objectStore !== undefined && spec.objectStore === spec.name) {
    problems.push({
      property: "name",
      reason: `is "${spec.name}", and so is the object store's: they must differ`,
    });
  }
  if (spec.kubernetesVersion !== available.kubernetesVersion) {
    problems.push({
      property: "kubernetesVersion",
      reason: `is "${spec.kubernetesVersion}", but the toolchain brings ${available.kubernetesVersion}`,
    });
  }
  const unknown = spec.images.filter((image) => !available.images.includes(image));
  if (unknown.length > 0) {
    problems.push({
      property: "images",
      reason: `has ${unknown.join(", ")}, which the toolchain does not bring; it brings ${available.images.join(", ")}`,
    });
  }
  return problems;
}
