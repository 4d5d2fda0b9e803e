/** A reason to stop that a person can act on. The message is one sentence: what happened, then what to do. */
export class Failure extends Error {
  constructor(
    readonly what: string,
    readonly remedy: string,
  ) {
    super(oneLine(`${what}; ${remedy}`));
    this.name = "Failure";
  }
}

/** The message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map(reasonOf).join(", ");
  if (!(error instanceof Error)) return oneLine(String(error));
  // fetch tells only in the cause why it failed.
  const cause = error.cause === undefined ? "" : `: ${reasonOf(error.cause)}`;
  return oneLine(`${error.message || error.name}${cause}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
