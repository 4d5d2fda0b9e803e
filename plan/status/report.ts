import { type StatusFacts, valueOf } from "./facts";
import { type Finding, type Severity, statusExitCodes } from "./findings";
import { judge } from "./judge";
import type { Objectives } from "./objectives";

/** A whole status, as `--json` prints it. Holds no secret. */
export interface StatusReport {
  format: 1;
  verdict: Severity;
  exitCode: number;
  /** By the store's clock; null where it does not say. */
  at: Date | null;
  /** The worst first. */
  findings: Finding[];
  objectives: Omit<Objectives, "runs">;
  facts: StatusFacts;
}

/** Judges facts, and puts all of it together. */
export function statusReport(facts: StatusFacts, objectives: Objectives): StatusReport {
  const { verdict, findings } = judge(facts, objectives);
  const { rpoSeconds, archiveTimeoutSeconds, maxAgeSeconds, retentionDays } = objectives;
  return {
    format: 1,
    verdict,
    exitCode: statusExitCodes[verdict],
    at: valueOf(facts.bucket.now) ?? null,
    findings,
    objectives: { rpoSeconds, archiveTimeoutSeconds, maxAgeSeconds, retentionDays },
    facts,
  };
}
