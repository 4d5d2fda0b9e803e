import type { ListedWal } from "../../../../jobs/database/acceptedLoss";
import type { Generation, Lineage } from "../../../../jobs/lineage/readLineage";
import type { Claim, Collected, Opened, Outcome } from "../../../../jobs/lineage/records";
import type { CommittedBase } from "../../../../jobs/lineage/window";

export const siteA = { id: "uid-a", name: "prod/lstm-pfd" };
export const siteB = { id: "uid-b", name: "prod-2/lstm-pfd" };

/** Claim of a generation, by site A for the first one and by site B for all others. */
export function claim(generation: number, changes: Partial<Claim> = {}): Claim {
  return {
    generation,
    life: `life-${generation}`,
    site: generation === 1 ? siteA : siteB,
    claimedAt: "2026-01-01T00:00:00.000Z",
    parent: generation === 1 ? null : generation - 1,
    reason: generation === 1 ? "initialise" : "recovery",
    ...changes,
  };
}

/** Outcome of a generation that was opened on the timeline of its number, forked off at `0/<number>000100`. */
export function opened(generation: number, changes: Partial<Opened> = {}): Opened {
  const forks = Array.from(
    { length: generation - 1 },
    (_, index) => `${index + 1}\t0/${index + 2}000100\twhy\n`,
  );
  return {
    state: "opened",
    generation,
    life: `life-${generation}`,
    openedAt: "2026-01-01T00:01:00.000Z",
    systemId: "7711696204233015402",
    pgVersion: "15.18",
    archiveId: "15-1",
    timeline: generation,
    timelines: [generation],
    parent:
      generation === 1
        ? null
        : { generation: generation - 1, timeline: generation - 1, position: `0/${generation}000100` },
    firstSegment: `0000000${generation}000000000000000${generation}`,
    history: forks.join(""),
    base: null,
    ...changes,
  };
}

/** Outcome of a claim that was withdrawn. */
export function withdrawn(generation: number): Outcome {
  return {
    state: "withdrawn",
    generation,
    by: { life: "other", site: siteA },
    at: "2026-01-01T00:02:00.000Z",
    why: "skipped",
  };
}

/** Record of a generation whose repository is removed. */
export function collected(generation: number): Collected {
  return { generation, collectedAt: "2026-02-01T00:00:00.000Z", life: "life-9", windowDays: 7 };
}

/** A lineage whose generations have these outcomes; undefined for an unsettled claim. */
export function lineage(...outcomes: (Outcome | undefined)[]): Lineage {
  return {
    generations: outcomes.map((outcome, index): Generation => {
      const number = index + 1;
      const made = { number, claim: claim(number) };
      return outcome === undefined ? made : { ...made, outcome };
    }),
  };
}

/** Midnight of a day, counted from the one on which the lineages of these tests begin. */
export function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + number * 86_400_000);
}

/** WAL of one path: the day on which each segment was archived. */
export function walAt(days: Readonly<Record<string, number>>): ListedWal {
  const archivedAt = new Map(Object.entries(days).map(([name, at]) => [name, day(at)]));
  return { segments: [...archivedAt.keys()], histories: [], archivedAt };
}

/** A committed base backup that begins and ends within one segment. */
export function base(generation: number, stoppedOn: number, segment: string, lsnStop: string): CommittedBase {
  const backup = { walStart: segment, walStop: segment, lsnStop, stoppedAt: day(stoppedOn) };
  return { generation, label: `${generation}-${stoppedOn}F`, backup };
}
