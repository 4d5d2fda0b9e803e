import type { Lineage } from "../lineage/readLineage";
import { historyName } from "./walPosition";

/**
 * History files of all timelines of a lineage, by name. Where the text is not known, of timelines that were given up, an empty one
 * keeps the number taken: PostgreSQL begins the first timeline whose history it does not find.
 */
export function knownHistories({ generations }: Lineage): Map<string, string> {
  const histories = new Map<string, string>();
  let newest = 1;
  for (const { outcome } of generations) {
    if (outcome?.state !== "opened") continue;
    newest = Math.max(newest, outcome.timeline, ...outcome.timelines, ...(outcome.deadTimelines ?? []));
    if (outcome.history !== "") histories.set(historyName(outcome.timeline), outcome.history);
  }
  for (let timeline = 2; timeline <= newest; timeline += 1)
    if (!histories.has(historyName(timeline))) histories.set(historyName(timeline), "");
  return histories;
}
