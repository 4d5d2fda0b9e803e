import { Failure } from "../../lib/failure";
import type { Lineage } from "../lineage/readLineage";
import { commandFor } from "./replacement";
import type { WantedTarget } from "./targetChoice";

/** What a stack asks for besides the end of the archive, as its claim records it; empty for nothing. */
export function requestedTarget({
  wanted,
  wantedLabel,
}: {
  wanted: WantedTarget | undefined;
  wantedLabel: string;
}): string {
  if (wanted !== undefined) return wanted.text;
  return wantedLabel === "" ? "" : `set:${wantedLabel}`;
}

/**
 * Holds a living database to what was asked for when it was brought back: the same target again is no change, another one would be
 * passed over in silence.
 * @throws Failure
 */
export function requireSameTarget({ generations }: Lineage, generation: number, requested: string): void {
  const claim = generations.find(({ number }) => number === generation)?.claim;
  if (requested === "" || claim?.target === requested) return;
  throw new Failure(
    `${requested.startsWith("set:") ? `lstm-pfd:restoreSet is ${requested.slice(4)}` : `lstm-pfd:restoreTo is ${requested}`}, and a database lives here already (generation ${generation}, ${claim?.target === undefined ? "brought back to the end of its archive" : `brought back to ${claim.target}`}); it was kept as it is`,
    `a living database is not taken back by \`up\`: remove the key and run \`${commandFor(requested)}\`, which keeps the old database for an undo; or bring up a fresh stack with that target (and lstm-pfd:takeOver with this generation's number)`,
  );
}
