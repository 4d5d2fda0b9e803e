/** How bad something is. */
export type Severity = "safe" | "warning" | "unknown" | "not safe";

/** What a finding is about: a class of backup, or what all of them stand on. */
export type Subject = "store" | "lineage" | "wal" | "models" | "database" | "config" | "platform";

/** Something that is not as it should be, or not known. */
export interface Finding {
  severity: Exclude<Severity, "safe">;
  subject: Subject;
  /** What is wrong, in one sentence. */
  what: string;
  /** What to do about it. */
  remedy: string;
}

/** The worst first. Who cannot tell may be in any state, so that comes before a mere warning. */
const order: readonly Severity[] = ["not safe", "unknown", "warning", "safe"];

/** Of two of the same severity this one is told first. */
const subjects: readonly Subject[] = ["store", "lineage", "wal", "models", "database", "config", "platform"];

/**
 * Exit codes of `status`, for monitoring: 0 only where everything that was asked for has been read and is as it should be. 64 is that of a
 * command line that cannot be carried out: sysexits.h, EX_USAGE.
 */
export const statusExitCodes = { safe: 0, warning: 1, "not safe": 2, unknown: 3, usage: 64 } as const;

/** Findings in the order in which a person should read them. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (one, other) =>
      order.indexOf(one.severity) - order.indexOf(other.severity) ||
      subjects.indexOf(one.subject) - subjects.indexOf(other.subject),
  );
}

/** The worst severity of some findings. */
export function worstOf(findings: readonly Finding[]): Severity {
  return worstFirst(findings)[0]?.severity ?? "safe";
}
