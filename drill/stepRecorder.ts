import type { Progress } from "../lib/progress";
import type { DrillStep } from "./reportSchema";

/** Runs the steps of a drill, shows them, and keeps when each began, how long it took and how it ended. */
export class StepRecorder {
  private readonly ended = new Map<string, DrillStep>();

  /** @param names every step, in order */
  constructor(
    private readonly names: readonly string[],
    private readonly progress: Progress,
  ) {
    progress.plan(names);
  }

  /** @throws what `work` throws; Error when the step was not planned */
  async step<T>(name: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> {
    if (!this.names.includes(name)) throw new Error(`"${name}" is no step of this drill`);
    const start = Date.now();
    const record = (outcome: DrillStep["outcome"]): void => {
      const seconds = (Date.now() - start) / 1000;
      this.ended.set(name, { name, startedAt: new Date(start).toISOString(), seconds, outcome });
    };
    try {
      const result = await this.progress.step(name, work);
      record("done");
      return result;
    } catch (error) {
      record("failed");
      throw error;
    }
  }

  /** All steps, those that were not reached too. */
  steps(): DrillStep[] {
    return this.names.map((name) => this.ended.get(name) ?? { name, outcome: "not reached" });
  }
}
