import { evidencePrefix } from "./configObjects";

/** What leaves evidence. */
export const evidenceKinds = ["rehearsal", "drill"] as const;

/** One of {@link evidenceKinds}. */
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What a rehearsal proves, in the order in which it does. */
export const rehearsalSteps = [
  "restore",
  "indexes",
  "assertions",
  "foreign keys",
  "dump",
  "models",
  "prediction",
] as const;

/** One of {@link rehearsalSteps}. */
export type RehearsalStep = (typeof rehearsalSteps)[number];

/** What was found, by name: numbers have their unit in it. */
export type Facts = Record<string, string | number | boolean | null>;

/** What became of a step. What was not looked at has not passed. */
export interface StepEvidence {
  step: RehearsalStep;
  state: "passed" | "failed" | "not rehearsed";
  /** How long it took; 0 where it was not begun. */
  seconds: number;
  /** Why it failed or was not rehearsed, in a sentence; absent where it has passed. */
  says?: string;
  facts: Facts;
}

/** That backups can be restored, or what keeps them from it: one object, created once. */
export interface Evidence {
  format: 1;
  kind: EvidenceKind;
  /** Random: tells two apart that ended in the same second. */
  run: string;
  /** Platform that it ran on, as the lineage calls it: stack, namespace and host. Two may have one bucket. */
  site: string;
  /** ISO, by the store's clock. */
  begunAt: string;
  endedAt: string;
  /** Seconds in all. */
  seconds: number;
  /** Passed where the restore has, and nothing has failed; what was not rehearsed is in the steps. */
  outcome: "passed" | "failed";
  /** Why it has failed, in a sentence; absent where it has passed. */
  says?: string;
  steps: StepEvidence[];
  /** What it ran, as in `postgresql` → `15.18`. */
  versions: Record<string, string>;
}

/** Prefix of the evidence of a kind. */
export function evidencePrefixOf(kind: EvidenceKind): string {
  return `${evidencePrefix}${kind}/`;
}

/**
 * Key of evidence; the order of the keys is that of the times.
 * @param endedAt by the store's clock
 * @param count which one of the same second, from 1
 */
export function evidenceKey(kind: EvidenceKind, endedAt: Date, count = 1): string {
  const digits = endedAt.toISOString().replace(/\D/g, "");
  const time = `${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
  return `${evidencePrefixOf(kind)}${time}${count === 1 ? "" : `-${count}`}.json`;
}

/** What all steps say together. */
export function outcomeOf(steps: readonly StepEvidence[]): Evidence["outcome"] {
  const restored = steps.some(({ step, state }) => step === "restore" && state === "passed");
  return restored && steps.every(({ state }) => state !== "failed") ? "passed" : "failed";
}

/** The text of evidence, as its object holds it. */
export function evidenceText(evidence: Evidence): string {
  return `${JSON.stringify(evidence, undefined, 1)}\n`;
}

/**
 * @throws Error that says what is wrong with it
 */
export function parseEvidence(text: string): Evidence {
  const found = JSON.parse(text) as Partial<Evidence> | null;
  if (found === null || typeof found !== "object") throw new Error("it is no object");
  if (found.format !== 1) throw new Error(`its format is ${String(found.format)}, and this version reads 1`);
  if (!evidenceKinds.some((kind) => kind === found.kind))
    throw new Error(`its kind is "${String(found.kind)}"`);
  for (const field of ["run", "site", "begunAt", "endedAt"] as const)
    if (typeof found[field] !== "string") throw new Error(`it has no field "${field}"`);
  if (Number.isNaN(Date.parse(found.endedAt ?? "")))
    throw new Error(`it ended at "${found.endedAt ?? ""}", which is no time`);
  if (found.outcome !== "passed" && found.outcome !== "failed")
    throw new Error(`its outcome is "${String(found.outcome)}"`);
  if (!Array.isArray(found.steps)) throw new Error('it has no list "steps"');
  for (const { step, state } of found.steps as Partial<StepEvidence>[])
    if (typeof step !== "string" || !["passed", "failed", "not rehearsed"].includes(state ?? ""))
      throw new Error(`its step "${step ?? "without a name"}" is "${state ?? "nothing"}"`);
  return found as Evidence;
}
