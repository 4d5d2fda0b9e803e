import { Failure, reasonOf } from "../../lib/failure";
import { isOpened, type Lineage } from "../lineage/readLineage";
import { type CommittedBase, type Window, windowsOf } from "../lineage/window";
import type { ObjectStorage } from "../objectStorage";
import type { ListedWal } from "./acceptedLoss";
import { type BasesQuery, committedBases } from "./databaseBackups";
import { listArchivedWal } from "./walArchive";

const DAY_MS = 24 * 3600 * 1000;

/** Looks up what can be gone back to, generation by generation: asks for the base backups and lists the archive of each. */
export async function recoverableWindow(
  query: { storage: ObjectStorage; info: BasesQuery["info"] },
  lineage: Lineage,
): Promise<Window[]> {
  const bases: CommittedBase[] = [];
  const wal = new Map<number, ListedWal>();
  const unread = new Map<number, string>();
  for (const { number, outcome } of lineage.generations.filter(isOpened))
    try {
      bases.push(...(await committedBases(query, number)));
      wal.set(number, await listArchivedWal(query.storage, number, outcome.archiveId));
    } catch (error) {
      unread.set(number, reasonOf(error));
    }
  return windowsOf(lineage, { bases, wal }).map((window) => {
    const broken = unread.get(window.generation);
    return broken === undefined ? window : { ...window, broken };
  });
}

/** What can be gone back to, for messages: each stretch of time with its generation, and the gaps between them. */
export function describeWindow(lineage: Lineage, windows: readonly Window[]): string {
  const stretches = windows.flatMap(({ generation, spans }) =>
    spans.map(({ from, to }) => ({ generation, from, to })),
  );
  const told = stretches.map(({ generation, from, to }, index) => {
    const before = stretches[index - 1];
    const gap =
      before === undefined || from <= before.to
        ? ""
        : `nothing from ${before.to.toISOString()} to ${from.toISOString()}, `;
    return `${gap}${from.toISOString()} to ${to.toISOString()} (generation ${generation})`;
  });
  const nothing = windows
    .filter(({ spans }) => spans.length === 0)
    .map(({ generation, broken }) => {
      const removed = lineage.generations.find(({ number }) => number === generation)?.collected;
      const why =
        removed === undefined
          ? (broken ?? "it has no base backup")
          : `it is removed since ${removed.collectedAt}`;
      return `nothing of generation ${generation}: ${why}`;
    });
  return [`what can be gone back to is ${told.join(", ") || "nothing"}`, ...nothing].join("; ");
}

/**
 * Holds a target to the window: what lies before it may be removed at any time, also while somebody goes back there. Asked once more
 * after the claim, from which on nothing more is removed: what no second needed when that was planned, none needs now.
 * @param second that the target stands for
 * @param limits `now` is the store's clock, undefined where it does not say; `tell` says what can be gone back to, once that is refused
 * @throws Failure
 */
export async function requireInWindow(
  second: Date,
  limits: { text: string; now: Date | undefined; windowDays: number; tell?: () => Promise<string> },
): Promise<void> {
  const { text, now, windowDays, tell } = limits;
  const start = (now ?? new Date()).getTime() - windowDays * DAY_MS;
  if (second.getTime() >= start) return;
  const told = tell === undefined ? "" : `; ${await tell()}`;
  throw new Failure(
    `the target ${text} lies before the window of ${windowDays} days, which begins at ${new Date(start).toISOString()}: what leads to it may be removed at any time${told}`,
    "name a target within it; or, where base backups from before are still there, raise lstm-pfd:walRetentionDays first, then run the restore again",
  );
}
