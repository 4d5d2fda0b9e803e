import type { Exchange, Journal } from "./exchangeJournal";

/** The exchange that is half done; there is at most one. */
export function unfinishedOf(exchanges: readonly Exchange[]): Exchange | undefined {
  return exchanges.find(({ journal }) => journal.finishedAt === undefined);
}

/** The command that finishes an exchange. */
export function finishedBy({ kind, snapshot }: Journal): string {
  return kind === "undo"
    ? "`npm run restore -- models --undo`"
    : `\`npm run restore -- models --snapshot ${snapshot}\``;
}

/** A half sentence about it. */
export function whatIsHalfDone({ id, journal }: Exchange): string {
  const what = journal.kind === "undo" ? "undo" : "restore";
  return `the ${what} of ${journal.snapshot} (exchange ${id}) is half done`;
}
