import { Failure, reasonOf } from "../../lib/failure";
import { secondsSince } from "../../lib/format";
import { type Facts, type RehearsalStep, rehearsalSteps, type StepEvidence } from "../../plan/evidence";

/** Why a step proves nothing, without anything being wrong. */
export class NotRehearsed extends Error {
  constructor(readonly why: string) {
    super(why);
  }
}

/** The steps of a rehearsal, as they are taken: one after the other. */
export class Steps {
  private readonly taken = new Map<RehearsalStep, StepEvidence>();
  private current: { step: RehearsalStep; start: number } | undefined;

  constructor(private readonly log: (line: string) => void) {}

  /** The step that is under way. */
  get underWay(): RehearsalStep | undefined {
    return this.current?.step;
  }

  /** Begins a step. */
  begin(step: RehearsalStep): void {
    this.current = { step, start: Date.now() };
  }

  /** The step that is under way has passed. */
  pass(facts: Facts): void {
    this.end("passed", facts);
  }

  /** The step that is under way has failed, or proves nothing. */
  stop(error: unknown): void {
    if (error instanceof NotRehearsed) {
      this.end("not rehearsed", {}, error.why);
      return;
    }
    // A programming error is not something that a person can act on: leave its place in the log.
    if (!(error instanceof Failure) && error instanceof Error) this.log(error.stack ?? error.message);
    this.end("failed", {}, reasonOf(error));
  }

  private end(state: StepEvidence["state"], facts: Facts, says?: string): void {
    if (this.current === undefined) throw new Error("no step is under way");
    const { step, start } = this.current;
    this.current = undefined;
    const seconds = secondsSince(start);
    this.taken.set(step, { step, state, seconds, ...(says === undefined ? {} : { says }), facts });
    this.log(`${step}: ${state}${says === undefined ? "" : `: ${says}`} (${seconds} s)`);
  }

  /** Takes a whole step, whatever becomes of it: the next one is taken all the same. */
  async take(step: RehearsalStep, work: () => Promise<Facts>): Promise<void> {
    this.begin(step);
    let facts: Facts;
    try {
      facts = await work();
    } catch (error) {
      this.stop(error);
      return;
    }
    this.pass(facts);
  }

  /** What a step that has passed found besides, or that it has failed after all. */
  amend(step: RehearsalStep, facts: Facts, problem?: string): void {
    const found = this.taken.get(step);
    if (found === undefined) throw new Error(`the step "${step}" was not taken`);
    this.taken.set(step, {
      ...found,
      facts: { ...found.facts, ...facts },
      ...(problem === undefined ? {} : { state: "failed", says: problem }),
    });
    if (problem !== undefined) this.log(`${step}: failed: ${problem}`);
  }

  /** All of them in order. @param why those were not rehearsed that were not begun */
  evidence(why: string): StepEvidence[] {
    return rehearsalSteps.map(
      (step) => this.taken.get(step) ?? { step, state: "not rehearsed", seconds: 0, says: why, facts: {} },
    );
  }
}
