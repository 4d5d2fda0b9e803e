import { objectiveChecks } from "./objectiveChecks";
import {
  type DrillFindings,
  type DrillReport,
  type RecoveryPoint,
  type RecoveryTime,
  REPORT_SCHEMA_VERSION,
} from "./reportSchema";

/** Judges the findings: a drill has passed when it ran to its end and every check holds. */
export function drillReport(findings: DrillFindings): DrillReport {
  const { sizes, throughput, recovery, timeline, loss } = findings;
  const rto: RecoveryTime = {
    seconds: recovery?.to === undefined ? undefined : secondsBetween(recovery.from, recovery.to),
    from: recovery?.from,
    to: recovery?.to,
    objectiveSeconds: findings.rtoObjectiveSeconds,
    resources: timeline?.rows ?? [],
    unchanged: timeline?.unchanged,
  };
  const rpo: RecoveryPoint = {
    seconds: loss?.rpoSeconds,
    exact: loss?.exact,
    rowsLost: loss?.rowsLost,
    onlyTail: loss?.onlyTail,
    lastAcknowledged: loss?.lastAcknowledged,
    lastRecovered: loss?.lastRecovered,
    ...findings.lossWindow,
    objectiveSeconds: findings.rpoObjectiveSeconds,
  };
  const { secondUpChanges, refreshDrift } = findings;
  const checks = [...findings.checks, ...objectiveChecks({ rto, rpo, secondUpChanges, refreshDrift })];
  const failedChecks = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    drillId: findings.drillId,
    nonce: findings.nonce,
    outcome: findings.error === undefined && failedChecks.length === 0 ? "passed" : "failed",
    failedChecks,
    error: findings.error,
    startedAt: findings.startedAt,
    finishedAt: findings.finishedAt,
    seconds: secondsBetween(findings.startedAt, findings.finishedAt),
    rto,
    rpo,
    steps: findings.steps,
    sizes,
    throughput: {
      ...throughput,
      restoreBytesPerSecond: rate(sizes.databaseBytes, throughput.restoreSeconds),
      checkpointRestoreBytesPerSecond: rate(sizes.checkpointBytes, throughput.checkpointRestoreSeconds),
    },
    checks,
    secondUpChanges,
    refreshDrift,
    providers: findings.providers,
    languageHost: findings.languageHost,
    versions: findings.versions,
    machine: findings.machine,
  };
}

/** The report as JSON, with a line end; what was not measured is left out. */
export function reportJson(report: DrillReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

function rate(bytes: number | undefined, seconds: number | undefined): number | undefined {
  return bytes === undefined || seconds === undefined || seconds <= 0
    ? undefined
    : Math.round(bytes / seconds);
}
