import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What a judge objects to. */
export interface Finding {
  /** The judge's own name of the rule. */
  check: string;
  /** What the rule is broken by. */
  subject: string;
  /** The judge's words. */
  text: string;
}

/** A finding that stays, and why. */
interface Accepted {
  check: string;
  subject: string;
  reason: string;
}

/** File with the findings that stay, by judge. */
const acceptedFile = join(__dirname, "accepted.yaml");

/**
 * Holds the findings of a judge against those that stay: a new one fails, and so does one in the file that is not found any more.
 * @param accepted what stays @default what accepted.yaml says of this judge
 * @throws AssertionError with every difference
 */
export function assertAccepted(
  judge: string,
  findings: readonly Finding[],
  accepted: readonly Accepted[] = acceptedOf(judge),
): void {
  for (const { check, subject, reason } of accepted)
    assert.ok(reason.length > 20, `${judge}: ${check} of ${subject} is accepted without a reason`);
  const isSame = (a: { check: string; subject: string }, b: { check: string; subject: string }) =>
    a.check === b.check && a.subject === b.subject;
  const differences = [
    ...findings
      .filter((finding) => !accepted.some((each) => isSame(each, finding)))
      .map(({ check, subject, text }) => `new: ${check} of ${subject}: ${text}`),
    ...accepted
      .filter((each) => !findings.some((finding) => isSame(each, finding)))
      .map(({ check, subject }) => `no longer found, take it out of accepted.yaml: ${check} of ${subject}`),
  ];
  assert.deepEqual(differences, []);
}

function acceptedOf(judge: string): Accepted[] {
  return (parse(readFileSync(acceptedFile, "utf8")) as Record<string, Accepted[]>)[judge] ?? [];
}
