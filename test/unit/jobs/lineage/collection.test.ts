import assert from "node:assert/strict";
import { segmentName as s } from "../../../../jobs/database/walPosition";
import { type CollectionFacts, planCollection } from "../../../../jobs/lineage/collection";
import type { Lineage } from "../../../../jobs/lineage/readLineage";
import type { CommittedBase } from "../../../../jobs/lineage/window";
import { base, collected, day, lineage, opened, withdrawn } from "./samples";

const openedOn = (...days: number[]): Lineage =>
  lineage(...days.map((at, index) => opened(index + 1, { openedAt: day(at).toISOString() })));

// Generation n left n - 1 in segment n, so that one base backup lies in each stretch.
const bases: CommittedBase[] = [
  base(1, 1, s(1, 1), "0/01000200"),
  base(2, 11, s(2, 2), "0/02000200"),
  base(3, 21, s(3, 3), "0/03000200"),
];
const three = openedOn(0, 10, 20);

function plan(now: number, changes: Partial<CollectionFacts> = {}): unknown {
  const found = planCollection({
    lineage: three,
    bases,
    windowDays: 7,
    now: day(now),
    openUndos: [],
    holding: [1, 2, 3],
    ...changes,
  });
  return found.action === "collect" ? found.generations : found.action;
}

describe("which generations may go", () => {
  const without = (...generations: number[]): Partial<CollectionFacts> => ({
    bases: bases.filter(({ generation }) => !generations.includes(generation)),
  });
  const late = base(3, 30, s(3, 5), "0/05000200");
  const cases: [what: string, now: number, changes: Partial<CollectionFacts>, expected: unknown][] = [
    [
      "none while the window reaches back into all of them",
      15,
      { lineage: openedOn(0, 10), windowDays: 7 },
      "nothing",
    ],
    [
      "none as long as the base backup of the first is the newest before the window",
      17.9,
      { lineage: openedOn(0, 10) },
      "nothing",
    ],
    [
      "the first, once a base backup of its child is older than the window",
      18.1,
      { lineage: openedOn(0, 10), bases: [...bases, base(2, 16, s(2, 6), "0/06000200")] },
      [1],
    ],
    ["all but what leads to the window, of three", 27.5, {}, [1]],
    [
      "the parent too, once the head's own base backup is older than the window",
      28.5,
      { bases: [...bases, late], windowDays: 7 },
      [1, 2],
    ],
    ["none for which a younger base backup is missing", 27.5, without(2), "nothing"],
    ["not what an undo would bring back", 28.5, { bases: [...bases, late], openUndos: [2] }, [1]],
    [
      "nothing while somebody has claimed",
      28.5,
      {
        bases: [...bases, late],
        lineage: { generations: [...three.generations, ...lineage(undefined).generations] },
      },
      "nothing",
    ],
    [
      "what was withdrawn, which leads nowhere",
      15,
      {
        lineage: lineage(opened(1, { openedAt: day(0).toISOString() }), withdrawn(2)),
        bases: [base(1, 14, s(1, 1), "0/01000200")],
      },
      [2],
    ],
    [
      "nothing twice",
      28.5,
      {
        bases: [...bases, late],
        holding: [3],
      },
      "nothing",
    ],
    ["nothing where backups have stopped", 40, {}, "refuse"],
    ["nothing where the head has no base backup", 27.5, without(1, 2, 3), "refuse"],
    [
      "nothing where only an old site's late backup is there",
      27.5,
      { bases: [base(1, 25, s(1, 9), "0/09000200")] },
      "refuse",
    ],
    [
      "nothing where records disagree",
      27.5,
      {
        lineage: {
          generations: [
            ...three.generations.slice(0, 2),
            ...lineage(undefined, undefined, opened(3, { history: "9\t0/3000100\twhy\n" })).generations.slice(
              2,
            ),
          ],
        },
      },
      "refuse",
    ],
  ];
  for (const [what, now, changes, expected] of cases)
    it(what, () => {
      assert.deepEqual(plan(now, changes), expected);
    });

  it("keeps what was head in the window though nothing leads on from it", () => {
    // Generation 2 was undone at day 20: 3 goes on from 1.
    const undone = lineage(
      opened(1, { openedAt: day(0).toISOString() }),
      opened(2, { openedAt: day(10).toISOString() }),
      opened(3, {
        openedAt: day(20).toISOString(),
        parent: { generation: 1, timeline: 1, position: "0/3000100" },
        history: "1\t0/3000100\twhy\n",
      }),
    );
    const facts = {
      lineage: undone,
      bases: [...bases.slice(0, 2), base(3, 23, s(3, 4), "0/04000200")],
      windowDays: 7,
      holding: [1, 2, 3],
      openUndos: [],
    };
    const early = planCollection({ ...facts, now: day(26) });
    assert.equal(early.action, "nothing");
    const later = planCollection({ ...facts, now: day(29) });
    assert.deepEqual(later.action === "collect" && later.generations, [2]);
    assert.match(
      (later.action === "collect" && later.kept.get(1)) || "",
      /in which generation 3 was the head/,
    );
  });

  it("leaves what was marked before and is still there to the next run", () => {
    const marked = {
      generations: three.generations.map((one) =>
        one.number < 3 ? { ...one, collected: collected(one.number) } : one,
      ),
    };
    assert.deepEqual(plan(28.5, { bases: [...bases, late], lineage: marked, holding: [2, 3] }), [2]);
  });
});
