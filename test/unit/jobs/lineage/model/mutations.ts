import { historyName } from "../../../../../jobs/database/walPosition";
import { newestTimeline } from "./postgres";
import { type Rules, rules } from "./rules";
import { numberToTakeOver } from "./succession";

/** A rule that is broken, as somebody might who thinks that it is not needed. */
export interface Mutation {
  what: string;
  rules: Rules;
  /** Where to begin to look, for what is rare. @default with the first game */
  from?: number;
  /** Shows only where somebody deletes. @default false */
  tampers?: boolean;
}

const open = (chain: ReturnType<Rules["chainOf"]>): ReturnType<Rules["chainOf"]> => ({
  ...chain,
  stretches: chain.stretches.map((stretch) => ({ ...stretch, end: undefined })),
});

/** Each must lead to a violation. */
export const mutations: readonly Mutation[] = [
  {
    what: "a parent's segments past the fork are served, and the child's first one may be missing",
    tampers: true,
    rules: {
      ...rules,
      walTable: (chain) => rules.walTable(open(chain)),
      inChain: (chain, wal) => {
        const parts = chain.stretches.map((stretch) =>
          rules.inChain({ ...chain, stretches: [{ ...stretch, end: undefined }] }, wal),
        );
        const archivedAt = new Map(parts.flatMap((part) => [...part.archivedAt]));
        return {
          segments: [...archivedAt.keys()],
          histories: chain.stretches.slice(1).map(({ timeline }) => historyName(timeline)),
          archivedAt,
        };
      },
    },
  },
  {
    what: "claims that are skipped are not withdrawn",
    rules: {
      ...rules,
      decideTakeOver: (facts) => {
        const decision = rules.decideTakeOver(facts);
        return decision.action === "take over" ? { ...decision, withdraw: [] } : decision;
      },
    },
  },
  {
    what: "a base backup counts wherever it ended",
    rules: {
      ...rules,
      fencesBackups: false,
      countsInChain: (chain, generation, { walStart }) =>
        rules.countsInChain(chain, generation, { walStart, lsnStop: "0/0" }),
    },
  },
  { what: "the archive is not read again after the claim", rules: { ...rules, rereadsTail: false } },
  {
    what: "a path that was promoted in is used again",
    rules: { ...rules, decideTakeOver: (facts) => rules.decideTakeOver({ ...facts, ownClaimHasWal: false }) },
  },
  {
    what: "a generation is opened before its first segment is archived",
    rules: { ...rules, waitsForSegment: false },
  },
  {
    what: "recovery follows the latest timeline that is known",
    rules: { ...rules, targetTimeline: ({ timeline }, histories) => newestTimeline(timeline, histories) },
  },
  {
    what: "histories of dead branches are hidden, so that their numbers are free",
    rules: { ...rules, nextTimeline: (target) => target + 1 },
  },
  {
    what: "a head that has archived just now is taken for dead",
    rules: {
      ...rules,
      decideTakeOver: (facts) => rules.decideTakeOver({ ...facts, newestOfHead: undefined }),
    },
  },
  {
    what: "a number that is history still counts as a word",
    rules: {
      ...rules,
      decideTakeOver: (facts) =>
        rules.decideTakeOver({
          ...facts,
          takeOver: facts.takeOver === undefined ? undefined : numberToTakeOver(facts.lineage, facts.site),
        }),
    },
  },
  {
    what: "a withdrawn claim fences",
    rules: {
      ...rules,
      fenceOf: ({ generations }, own) =>
        rules.fenceOf(
          {
            generations: generations.map(({ outcome, ...rest }) =>
              outcome?.state === "opened" ? { ...rest, outcome } : rest,
            ),
          },
          own,
        ),
    },
  },
  { what: "nobody is fenced", rules: { ...rules, fenceOf: () => ({ state: "clear" }) } },
  {
    what: "what expired before the base backup is missed",
    rules: { ...rules, inChain: (chain, wal) => rules.inChain(chain, wal) },
  },
  {
    what: "only what leads to the head is kept",
    rules: {
      ...rules,
      planCollection: (facts) => {
        const { generations } = facts.lineage;
        const head = generations.at(-1)?.number;
        const collected = generations.filter(({ number, collected }) => number !== head && !collected);
        return collected.length === 0
          ? rules.planCollection(facts)
          : { action: "collect", generations: collected.map(({ number }) => number), kept: new Map() };
      },
    },
  },
  {
    what: "seconds of generations that were head before do not count",
    from: 376,
    rules: {
      ...rules,
      planCollection: (facts) =>
        rules.planCollection({
          ...facts,
          lineage: {
            generations: facts.lineage.generations.map((one) =>
              one.outcome?.state === "opened"
                ? { ...one, outcome: { ...one.outcome, openedAt: "1970-01-01" } }
                : one,
            ),
          },
        }),
    },
  },
  {
    what: "generations are removed that an undo would bring back",
    from: 153,
    rules: { ...rules, planCollection: (facts) => rules.planCollection({ ...facts, openUndos: [] }) },
  },
  {
    what: "a second is gone back to that has left the window before the claim",
    from: 45470,
    rules: { ...rules, staysInWindow: false },
  },
  {
    what: "a backup ends between the plan of an expiry and its end",
    from: 933,
    rules: { ...rules, expiresAlone: false },
  },
  {
    what: "a claim is not read again, and may have taken the place of one that was deleted",
    from: 585,
    tampers: true,
    rules: { ...rules, rereadsClaim: false },
  },
  {
    what: "a record that was deleted is passed over",
    tampers: true,
    rules: {
      ...rules,
      readLineage: (objects) => rules.readLineage(objects.filter(({ deleted }) => !deleted)),
    },
  },
];
