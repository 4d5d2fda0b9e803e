import { isUnknownValue, type UnknownValue } from "./unknowns";

/** What a rule finds in one resource or one stack. */
export class Findings {
  /** Values that the rule needed and a preview does not know yet. */
  readonly unknowns: { error: UnknownValue; urn: string | undefined }[] = [];

  constructor(private readonly report: (message: string, urn?: string) => void) {}

  /**
   * Reports a violation.
   * @param urn resource at fault, in a rule for stacks
   */
  problem(message: string, urn?: string): void {
    this.report(message, urn);
  }

  /** Runs a check of its own: when a value is unknown, what the rule checks after it is checked still. */
  attempt(check: () => void, urn?: string): void {
    try {
      check();
    } catch (error) {
      if (!isUnknownValue(error)) throw error;
      this.unknowns.push({ error, urn });
    }
  }
}
