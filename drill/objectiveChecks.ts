import { formatSeconds } from "./format";
import type { Check, DrillReport, RecoveryPoint, RecoveryTime } from "./reportSchema";

/** Checks that every drill must pass, whatever else it looks at. What was not measured does not hold. */
export function objectiveChecks({
  rto,
  rpo,
  secondUpChanges,
  refreshDrift,
}: Pick<DrillReport, "rto" | "rpo" | "secondUpChanges" | "refreshDrift">): Check[] {
  return [
    recoveryTime(rto),
    recoveryPoint(rpo),
    {
      name: "loss is a tail",
      expected: "no older row missing",
      seen:
        rpo.onlyTail === undefined
          ? undefined
          : rpo.onlyTail
            ? "no older row missing"
            : "rows out of the middle",
      ok: rpo.onlyTail === true,
    },
    none("second up", "changes", secondUpChanges),
    none("refresh", "drift", refreshDrift),
  ];
}

function recoveryTime({ seconds, objectiveSeconds }: RecoveryTime): Check {
  return {
    name: "recovery time (RTO)",
    expected: `at most ${formatSeconds(objectiveSeconds)}`,
    seen: seconds === undefined ? undefined : formatSeconds(seconds),
    ok: seconds !== undefined && seconds <= objectiveSeconds,
  };
}

function recoveryPoint({ seconds, exact, objectiveSeconds }: RecoveryPoint): Check {
  return {
    name: "data loss (RPO)",
    expected: `at most ${formatSeconds(objectiveSeconds)}`,
    seen:
      seconds === undefined ? undefined : `${exact === false ? "at least " : ""}${formatSeconds(seconds)}`,
    ok: seconds !== undefined && exact === true && seconds <= objectiveSeconds,
  };
}

function none(name: string, of: string, count: number | undefined): Check {
  return {
    name,
    expected: `0 ${of}`,
    seen: count === undefined ? undefined : `${count} ${of}`,
    ok: count === 0,
  };
}
