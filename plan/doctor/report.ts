import { blankSecrets } from "./blank";
import { type Cause, causesFirst } from "./causes";
import { type Facts, type Question, questions } from "./facts";
import type { Context, Finding } from "./finding";
import { judge } from "./judge";

/** What the exit code of `doctor` says. A wrong command line is 2, as of other commands. */
export const doctorExitCodes = {
  /** Everything was asked, and nothing is wrong. */
  nothing: 0,
  found: 1,
  /** Nothing is wrong as far as could be asked, and not everything could. */
  unknown: 3,
} as const;

/** A question that could not be asked, or that nobody has answered. */
export interface Unanswered {
  question: Question;
  why: string;
}

/** What is wrong, with its symptoms, and what is not known. */
export interface DoctorReport {
  /** ISO time. */
  at: string;
  stack: string;
  exitCode: (typeof doctorExitCodes)[keyof typeof doctorExitCodes];
  /** Worst first. */
  causes: Cause[];
  unknown: Unanswered[];
  /** Questions for which there was nothing to ask; no fault. */
  notAsked: Unanswered[];
}

/**
 * The report on what was asked.
 * @param secrets values that it must not show, whatever line of a log they stand in; @default what looks like one alone
 */
export function doctorReport(facts: Facts, context: Context, secrets: readonly string[] = []): DoctorReport {
  const shown = (finding: Finding): Finding => ({
    ...finding,
    evidence: blankSecrets(finding.evidence, secrets),
  });
  const causes = causesFirst(judge(facts, context).map(shown));
  const inState = (state: "unknown" | "none"): Unanswered[] =>
    (Object.keys(questions) as Question[]).flatMap((question) => {
      const asked = facts[question];
      return asked.state === state ? [{ question, why: blankSecrets(asked.why, secrets) }] : [];
    });
  const unknown = inState("unknown");
  return {
    at: context.now.toISOString(),
    stack: context.stack,
    exitCode:
      causes.length > 0
        ? doctorExitCodes.found
        : unknown.length > 0
          ? doctorExitCodes.unknown
          : doctorExitCodes.nothing,
    causes,
    unknown,
    notAsked: inState("none"),
  };
}
