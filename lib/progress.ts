/** Shows a person what a long piece of work is doing, how long it has taken, and what is left. */
export interface Progress {
  /**
   * Runs one named step, shows its elapsed time, and marks it done or failed. Nested calls are shown beneath their parent.
   * @param detail lets the step say what it is doing right now
   */
  step<T>(name: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
  /** Names the steps that are still to come, so that a person sees what is left. */
  plan(names: readonly string[]): void;
}
