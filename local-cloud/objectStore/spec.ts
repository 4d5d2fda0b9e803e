import { identityProblems, type Identity } from "./identities";

/** One rule that an object store's description breaks. */
export interface SpecProblem {
  /** Path of the input. */
  property: string;
  /** Value, where it is no secret, and rule. */
  reason: string;
}

// With its host name it has to fit into a label of DNS and into the common name of a certificate.
const NAME_PATTERN = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** What is wrong with the description of an object store in itself; a part that is not known yet is not judged. */
export function specProblems({
  name,
  port,
  identities,
}: {
  name?: string;
  port?: number;
  identities?: readonly Identity[];
}): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (name !== undefined && !NAME_PATTERN.test(name))
    problems.push({
      property: "name",
      reason: `is "${name}": must be small letters, digits and dashes, from a letter to a letter or digit, at most 40`,
    });
  if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 65535))
    problems.push({ property: "port", reason: `is ${port}: must be a port from 1024 to 65535` });
  if (identities !== undefined) problems.push(...identityProblems(identities));
  return problems;
}
