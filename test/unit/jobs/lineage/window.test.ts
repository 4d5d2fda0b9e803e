import assert from "node:assert/strict";
import { segmentName as s } from "../../../../jobs/database/walPosition";
import type { Lineage } from "../../../../jobs/lineage/readLineage";
import { type CommittedBase, headAt, reignsOf, type Span, windowsOf } from "../../../../jobs/lineage/window";
import { base, day, lineage, opened, walAt, withdrawn } from "./samples";

const openedOn = (...days: number[]): Lineage =>
  lineage(...days.map((at, index) => opened(index + 1, { openedAt: day(at).toISOString() })));
const days = (spans: readonly Span[] | undefined): number[][] =>
  (spans ?? []).map(({ from, to }) => [from, to].map((at) => (at.getTime() - day(0).getTime()) / 86_400_000));

describe("who was head when", () => {
  it("goes by the openings, whatever was withdrawn between them", () => {
    const three = lineage(
      opened(1, { openedAt: day(0).toISOString() }),
      withdrawn(2),
      opened(3, { openedAt: day(4).toISOString() }),
    );
    assert.deepEqual(
      [-9, 0, 3.99, 4, 99].map((at) => headAt(three, day(at))?.number),
      [1, 1, 1, 3, 3],
    );
    assert.equal(headAt(lineage(undefined), day(1)), undefined);
  });

  it("is not confused by a site whose clock is behind", () => {
    const three = openedOn(0, 5, 4);
    assert.deepEqual(
      reignsOf(three).map(({ from, until }) => [from, until]),
      [
        [undefined, day(5)],
        [day(5), day(5)],
        [day(5), undefined],
      ],
    );
    assert.equal(headAt(three, day(5))?.number, 3);
  });
});

describe("what can be gone back to", () => {
  // Generation 2 left 1 in segment 2, at day 5.
  const two = openedOn(0, 5);
  const first = walAt({ [s(1, 0)]: 1, [s(1, 1)]: 3, [s(1, 2)]: 6, [s(1, 3)]: 8 });
  const second = walAt({ [s(2, 2)]: 5, [s(2, 3)]: 7, [s(2, 4)]: 9 });
  const early = base(1, 1, s(1, 0), "0/00000200");
  const cases: [
    what: string,
    bases: CommittedBase[],
    wal: [number, ReturnType<typeof walAt>][],
    spans: number[][][],
    beyond: number[][][],
  ][] = [
    [
      "begins with the first base backup, and each generation has its own seconds",
      [early],
      [
        [1, first],
        [2, second],
      ],
      [[[1, 5]], [[5, 9]]],
      [[[5, 8]], []],
    ],
    [
      "is nothing without a base backup",
      [],
      [
        [1, first],
        [2, second],
      ],
      [[], []],
      [[], []],
    ],
    [
      "does not count a base backup of an old site that ended past the fork for the head",
      [base(1, 7, s(1, 3), "0/03000200")],
      [
        [1, first],
        [2, second],
      ],
      [[], []],
      [[[7, 8]], []],
    ],
    [
      "has a gap where a segment is missing, up to the next base backup",
      [early, base(2, 8, s(2, 4), "0/04000200")],
      [
        [1, first],
        [2, walAt({ [s(2, 2)]: 5, [s(2, 4)]: 9 })],
      ],
      [[[1, 5]], [[8, 9]]],
      [[[5, 8]], []],
    ],
    [
      "goes on from a base backup of the child whose first segments have expired",
      [early, base(2, 8, s(2, 4), "0/04000200")],
      [
        [1, first],
        [2, walAt({ [s(2, 4)]: 9 })],
      ],
      [[[1, 5]], [[8, 9]]],
      [[[5, 8]], []],
    ],
    [
      "is not past a fork for want of the child's first segment",
      [early],
      [
        [1, first],
        [2, walAt({ [s(2, 3)]: 7 })],
      ],
      [[[1, 5]], []],
      [[[5, 8]], []],
    ],
  ];
  for (const [what, bases, wal, spans, beyond] of cases)
    it(what, () => {
      const found = windowsOf(two, { bases, wal: new Map(wal) });
      assert.deepEqual(
        found.map((window) => days(window.spans)),
        spans,
      );
      assert.deepEqual(
        found.map((window) => days(window.beyond)),
        beyond,
      );
    });

  it("says why a generation leads nowhere", () => {
    const [one, other] = windowsOf(two, { bases: [early], wal: new Map([[1, first]]) });
    assert.equal(one?.broken, undefined);
    assert.match(other?.broken ?? "", /generation 2 has lost the first segment of timeline 2/);
  });
});
