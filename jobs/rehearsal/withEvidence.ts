import { randomUUID } from "node:crypto";
import { Failure, reasonOf } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { type Evidence, outcomeOf, type StepEvidence } from "../../plan/evidence";
import { askStoreTime, createEvidence, type EvidenceStore } from "./evidenceStore";
import { Steps } from "./steps";

/** Of what is rehearsed there is evidence, whatever becomes of it. */
export interface WithEvidence {
  store: EvidenceStore;
  /** Platform that it runs on, as the lineage calls it. */
  site: string;
  /** When the command must have ended, by this machine's clock. */
  endsAt: Date;
}

/** What is told of the work that is under way. */
export interface AtWork {
  steps: Steps;
  /** To be filled: what is run, by name. */
  versions: Record<string, string>;
  /** By the store's clock. */
  begunAt: Date;
}

/** What a rehearsal ends with. */
export interface Rehearsed {
  outcome: "passed";
  /** Address of the evidence. */
  evidence: string;
  steps: Pick<StepEvidence, "step" | "state" | "seconds" | "says">[];
}

/** Seconds before the end of which evidence is written of what has not ended. */
const RESERVED_SECONDS = 120;
/** Of a short time, a part. */
const RESERVED_PART = 0.2;

class OutOfTime extends Error {}

/**
 * Does something, creates the evidence of it, and only then tells how it went.
 * @returns what `work` returned, with the outcome
 * @throws Failure with the sentence of what has failed, and where the evidence is; or when that cannot be created
 */
export async function withEvidence(
  { store, site, endsAt }: WithEvidence,
  work: (atWork: AtWork) => Promise<object>,
  log: (line: string) => void,
): Promise<object & Rehearsed> {
  const start = Date.now();
  // A store that does not answer would not take the evidence either.
  const begunAt = await askStoreTime(store);
  const steps = new Steps(log);
  const versions: Record<string, string> = {};
  let result: object = {};
  let broken: string | undefined;
  try {
    result = await inTime(work({ steps, versions, begunAt }), endsAt);
  } catch (error) {
    if (!(error instanceof OutOfTime) && !(error instanceof Failure) && error instanceof Error)
      log(error.stack ?? error.message);
    broken = reasonOf(error);
    if (steps.underWay !== undefined) steps.stop(new Failure(reasonOf(error), remedyFor(error)));
  }
  const all = steps.evidence(
    broken === undefined
      ? "there was nothing to look at: the restore has failed"
      : `it was not begun: ${broken}`,
  );
  const outcome = broken === undefined ? outcomeOf(all) : "failed";
  const says = all.find(({ state }) => state === "failed")?.says ?? broken ?? "nothing was restored";
  const evidence: Omit<Evidence, "format" | "endedAt"> = {
    ...{ kind: "rehearsal", run: randomUUID(), site, begunAt: begunAt.toISOString() },
    ...{
      seconds: secondsSince(start),
      outcome,
      ...(outcome === "failed" ? { says } : {}),
      steps: all,
      versions,
    },
  };
  const address = await createEvidence(store, evidence).catch((error: unknown) => {
    const ended = outcome === "failed" ? `has failed (${says})` : "has passed";
    throw error instanceof Failure
      ? new Failure(`the rehearsal ${ended}, and nobody will know: ${error.what}`, error.remedy)
      : error;
  });
  log(`evidence: ${address}`);
  if (outcome === "failed") throw new Failure(says, `the evidence is ${address}`);
  return {
    ...result,
    outcome,
    evidence: address,
    steps: all.map(({ step, state, seconds, says: why }) => ({
      ...{ step, state, seconds },
      ...(why === undefined ? {} : { says: why }),
    })),
  };
}

function remedyFor(error: unknown): string {
  return error instanceof OutOfTime
    ? "look at its last lines for what it waited for; a larger database needs more time (lstm-pfd:rehearsalHours)"
    : "look at its last lines";
}

/** @throws OutOfTime shortly before the end */
async function inTime<T>(work: Promise<T>, endsAt: Date): Promise<T> {
  const leftMs = Math.max(0, endsAt.getTime() - Date.now());
  const limitMs = leftMs - Math.min(RESERVED_SECONDS * 1000, leftMs * RESERVED_PART);
  // Who has run out of time ends the process, whatever the work still does.
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new OutOfTime(`it did not end within ${Math.round(limitMs / 1000)} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
