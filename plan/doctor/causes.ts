import { type Finding, severities } from "./finding";

/** A cause with what comes from it. */
export interface Cause extends Finding {
  /** What is a symptom of it, directly or through another one. */
  explains: Finding[];
}

/**
 * Puts symptoms under their causes: what names the key of another finding as its cause is shown under that, all the way up. Who are each
 * other's cause keep the first of them as the cause.
 * @returns the causes, worst first; one that explains worse things counts as those
 */
export function causesFirst(findings: readonly Finding[]): Cause[] {
  const parents = findings.map((finding) => parentOf(finding, findings));
  const rootOf = (index: number, seen: readonly number[] = []): number => {
    const parent = parents[index];
    if (parent === undefined) return index;
    if (seen.includes(parent)) return Math.min(...seen, index);
    return rootOf(parent, [...seen, index]);
  };
  const causes = new Map<number, Cause>();
  const roots = findings.map((_, index) => rootOf(index));
  for (const [index, finding] of findings.entries())
    if (roots[index] === index) causes.set(index, { ...finding, explains: [] });
  for (const [index, finding] of findings.entries()) {
    const root = roots[index];
    if (root !== undefined && root !== index) causes.get(root)?.explains.push(finding);
  }
  const rank = (finding: Finding): number => severities.indexOf(finding.severity);
  const worst = (cause: Cause): number => Math.min(rank(cause), ...cause.explains.map(rank));
  return [...causes.values()]
    .map((cause) => ({ ...cause, explains: [...cause.explains].sort((a, b) => rank(a) - rank(b)) }))
    .sort((a, b) => worst(a) - worst(b) || b.explains.length - a.explains.length);
}

/** Index of the first cause that a finding names and that was found, in the order in which it names them. */
function parentOf(finding: Finding, findings: readonly Finding[]): number | undefined {
  for (const key of finding.becauseOf ?? []) {
    const index = findings.findIndex((other) => other !== finding && other.about.includes(key));
    if (index >= 0) return index;
  }
  return undefined;
}
