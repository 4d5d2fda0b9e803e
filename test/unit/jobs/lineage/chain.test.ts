import assert from "node:assert/strict";
import { segmentName } from "../../../../jobs/database/walPosition";
import { chainOf, countsInChain, inChain } from "../../../../jobs/lineage/chain";
import { walTable } from "../../../../jobs/lineage/walTable";
import { collected, lineage, opened, withdrawn } from "./samples";

const s = (number: number, timeline: number): string => segmentName(timeline, number);
const wal = (...names: string[]) => ({
  segments: names,
  histories: [],
  archivedAt: new Map(names.map((name) => [name, new Date(0)])),
});

describe("the chain to a generation", () => {
  const three = lineage(opened(1), opened(2), opened(3));

  it("has a stretch for each timeline, each up to where the next one left it", () => {
    const { timeline, stretches } = chainOf(three, 3);
    assert.equal(timeline, 3);
    assert.deepEqual(
      stretches.map(({ timeline: on, generation, from, end, position }) => [
        on,
        generation,
        from,
        end,
        position,
      ]),
      [
        [1, 1, 0, 2, "0/2000100"],
        [2, 2, 2, 3, "0/3000100"],
        [3, 3, 3, undefined, undefined],
      ],
    );
  });

  it("leads to a parent that others have left since", () => {
    assert.deepEqual(
      chainOf(three, 2).stretches.map(({ generation, end }) => [generation, end]),
      [
        [1, 2],
        [2, undefined],
      ],
    );
  });

  it("leaves out generations that nobody opened, and branches that were left", () => {
    // Generation 3 was withdrawn; 4 went on from 1, because 2 was undone.
    const undone = lineage(
      opened(1),
      opened(2),
      withdrawn(3),
      opened(4, {
        timeline: 4,
        parent: { generation: 1, timeline: 1, position: "0/5000028" },
        history: "1\t0/5000028\tno recovery target specified\n",
      }),
    );
    assert.deepEqual(
      chainOf(undone, 4).stretches.map(({ timeline, generation, from, end }) => [
        timeline,
        generation,
        from,
        end,
      ]),
      [
        [1, 1, 0, 5],
        [4, 4, 5, undefined],
      ],
    );
  });

  it("has several stretches in one path that was adopted", () => {
    const adopted = lineage(
      opened(1, { timeline: 3, timelines: [1, 3], history: "1\t0/7000000\twhy\n", deadTimelines: [2] }),
      opened(2, {
        timeline: 4,
        timelines: [4],
        parent: { generation: 1, timeline: 3, position: "0/9000100" },
        history: "1\t0/7000000\twhy\n\n3\t0/9000100\twhy\n",
      }),
    );
    assert.deepEqual(
      chainOf(adopted, 2).stretches.map(({ timeline, generation, from, end }) => [
        timeline,
        generation,
        from,
        end,
      ]),
      [
        [1, 1, 0, 7],
        [3, 1, 7, 9],
        [4, 2, 9, undefined],
      ],
    );
  });

  const faults: [what: string, of: () => unknown, reason: RegExp][] = [
    [
      "the generation was never opened",
      () => chainOf(lineage(opened(1), undefined), 2),
      /generation 2 was never opened/,
    ],
    [
      "a timeline is nobody's",
      () => chainOf(lineage(opened(1), opened(2, { history: "7\t0/2000100\twhy\n" })), 2),
      /timeline 7, which leads to generation 2, belongs to no generation/,
    ],
    [
      "a timeline is of two",
      () => chainOf(lineage(opened(1), opened(2, { timelines: [1, 2] })), 2),
      /belongs to 2 generations/,
    ],
    [
      "a record says that it left its parent elsewhere",
      () =>
        chainOf(
          lineage(opened(1), opened(2, { parent: { generation: 1, timeline: 1, position: "0/2000200" } })),
          2,
        ),
      /left timeline 1 at 0\/2000100, its record says otherwise/,
    ],
  ];
  for (const [what, of, reason] of faults)
    it(`is refused when ${what}`, () => {
      assert.throws(of, reason);
    });

  it("is the table that wal-get reads", () => {
    assert.equal(
      walTable(chainOf(three, 3)),
      [
        "00000001 0000000000000000 0000000000000002 /wal/generation-0001/repository error\n",
        "00000002 0000000000000002 0000000000000003 /wal/generation-0002/repository error\n",
        "00000003 0000000000000003 - /wal/generation-0003/repository end\n",
      ].join(""),
    );
  });
});

describe("the archive as a chain sees it", () => {
  const two = chainOf(
    lineage(
      opened(1),
      opened(2, {
        history: "1\t0/5000100\twhy\n",
        parent: { generation: 1, timeline: 1, position: "0/5000100" },
      }),
    ),
    2,
  );

  it("takes of a parent only what lies before the fork", () => {
    const { segments, histories } = inChain(
      two,
      new Map([
        [1, wal(s(3, 1), s(4, 1), s(5, 1), s(6, 1))],
        [2, wal(s(5, 2), s(6, 2), s(4, 2), s(9, 7))],
      ]),
    );
    assert.deepEqual([...segments].sort(), [s(3, 1), s(4, 1), s(5, 2), s(6, 2)].sort());
    assert.deepEqual(histories, ["00000002.history"]);
  });

  for (const left of [[], [s(6, 2)]])
    it(`is refused when the first segment of the child is missing, and ${left.length === 0 ? "nothing" : "a later one"} is there`, () => {
      assert.throws(
        () =>
          inChain(
            two,
            new Map([
              [1, wal(s(4, 1), s(5, 1))],
              [2, wal(...left)],
            ]),
          ),
        /generation 2 has lost the first segment of timeline 2 \(number 5\), with which it left timeline 1/,
      );
    });

  it("misses nothing that expired before the base backup", () => {
    const { segments } = inChain(two, new Map([[2, wal(s(7, 2), s(8, 2))]]), {
      generation: 2,
      walStart: s(7, 2),
    });
    assert.deepEqual(segments, [s(7, 2), s(8, 2)]);
    const unread = new Map([
      [1, wal(s(4, 1))],
      [2, wal(s(6, 2))],
    ]);
    assert.throws(() => inChain(two, unread, { generation: 1, walStart: s(4, 1) }), /lost the first segment/);
  });

  it("says so where the child was removed, since the window had left it", () => {
    const { generations } = lineage(opened(1), opened(2), opened(3));
    const chain = chainOf(
      {
        generations: generations.map((one) => (one.number === 2 ? { ...one, collected: collected(2) } : one)),
      },
      3,
    );
    assert.throws(
      () =>
        inChain(
          chain,
          new Map([
            [1, wal(s(1, 1))],
            [3, wal(s(3, 3))],
          ]),
          { generation: 1, walStart: s(1, 1) },
        ),
      /generation 2 is removed since 2026-02-01T00:00:00\.000Z, .* nothing can be replayed through it/,
    );
    assert.doesNotThrow(() =>
      inChain(chain, new Map([[3, wal(s(3, 3))]]), { generation: 3, walStart: s(3, 3) }),
    );
  });

  it("asks for no segment of a timeline that was left in the segment in which it began", () => {
    const chain = chainOf(
      lineage(
        opened(1),
        opened(2, {
          history: "1\t0/5000100\twhy\n",
          parent: { generation: 1, timeline: 1, position: "0/5000100" },
        }),
        opened(3, {
          history: "1\t0/5000100\twhy\n2\t0/5000800\twhy\n",
          parent: { generation: 2, timeline: 2, position: "0/5000800" },
        }),
      ),
      3,
    );
    const { segments } = inChain(
      chain,
      new Map([
        [1, wal(s(4, 1))],
        [2, wal()],
        [3, wal(s(5, 3))],
      ]),
    );
    assert.deepEqual(segments, [s(4, 1), s(5, 3)]);
  });

  const backups: [what: string, generation: number, walStart: string, lsnStop: string, counts: boolean][] = [
    ["ended before the fork", 1, s(4, 1), "0/4000100", true],
    ["ended at the fork", 1, s(4, 1), "0/5000100", true],
    ["of an old site ended after it was superseded", 1, s(4, 1), "0/5000101", false],
    ["of the head", 2, s(5, 2), "0/7000000", true],
    ["on a timeline of another branch", 2, s(5, 3), "0/6000000", false],
    ["lies in the path of a generation that is not its timeline's", 2, s(4, 1), "0/4000100", false],
  ];
  for (const [what, generation, walStart, lsnStop, counts] of backups)
    it(`${counts ? "counts" : "does not count"} a base backup that ${what}`, () => {
      assert.equal(countsInChain(two, generation, { walStart, lsnStop }), counts);
    });
});
