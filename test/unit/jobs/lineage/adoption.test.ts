import assert from "node:assert/strict";
import { segmentName } from "../../../../jobs/database/walPosition";
import { decideAdoption, type UnclaimedPath } from "../../../../jobs/lineage/adoption";

const s = (number: number, timeline: number): string => segmentName(timeline, number);

/** A path with these segments, each archived in the minute that is given. */
function path(
  segments: [name: string, minute: number][],
  histories: Record<number, string> = {},
): UnclaimedPath {
  return {
    archived: {
      segments: segments.map(([name]) => name),
      histories: Object.keys(histories).map((timeline) => `0000000${timeline}.history`),
      archivedAt: new Map(
        segments.map(([name, minute]) => [name, new Date(Date.UTC(2026, 0, 1, 0, minute))]),
      ),
    },
    histories: new Map(Object.entries(histories).map(([timeline, text]) => [Number(timeline), text])),
  };
}
const two = "1\t0/5000100\twhy\n";

describe("adopting a path from before there were claims", () => {
  const adopted: [
    what: string,
    from: UnclaimedPath,
    timeline: number,
    timelines: number[],
    dead: number[],
    wanted?: number,
  ][] = [
    [
      "with one life",
      path([
        [s(1, 1), 0],
        [s(2, 1), 1],
      ]),
      1,
      [1],
      [],
    ],
    [
      "that was recovered once",
      path(
        [
          [s(4, 1), 0],
          [s(5, 2), 9],
        ],
        { 2: two },
      ),
      2,
      [1, 2],
      [],
    ],
    // The rehearsal promoted to 2 and was removed; the site went on.
    [
      "beside a rehearsal of half an hour ago",
      path(
        [
          [s(4, 1), 0],
          [s(5, 2), 1],
          [s(5, 1), 2],
          [s(6, 1), 40],
        ],
        { 2: two },
      ),
      1,
      [1],
      [2],
    ],
    ["whose recovery has archived its history alone", path([[s(4, 1), 0]], { 2: two }), 2, [1, 2], []],
    [
      "where an operator knows",
      path(
        [
          [s(5, 2), 39],
          [s(5, 1), 38],
          [s(6, 1), 40],
        ],
        { 2: two },
      ),
      2,
      [1, 2],
      [],
      2,
    ],
  ];
  for (const [what, from, timeline, timelines, dead, wanted] of adopted)
    it(`goes on with timeline ${timeline} of one ${what}`, () => {
      const decision = decideAdoption(from, wanted);
      assert.equal(decision.action, "adopt");
      assert.deepEqual([decision.timeline, decision.timelines, decision.dead], [timeline, timelines, dead]);
    });

  const refused: [what: string, from: UnclaimedPath, wanted: number | undefined, reason: RegExp][] = [
    [
      "two sites archived until the end",
      path(
        [
          [s(5, 2), 39],
          [s(5, 1), 38],
          [s(6, 1), 40],
        ],
        { 2: two },
      ),
      undefined,
      /more than one site .*timeline 1, 000000010000000000000005 to .*06, archived from 2026-01-01T00:38.*timeline 2/,
    ],
    [
      "a history is missing",
      path([
        [s(4, 1), 0],
        [s(5, 3), 1],
      ]),
      undefined,
      /history of timeline 3 is not archived/,
    ],
    [
      "the timeline that is named is no end",
      path(
        [
          [s(4, 1), 0],
          [s(5, 2), 9],
        ],
        { 2: two },
      ),
      1,
      /adoptTimeline is 1, and no end of the archive is on it: timeline 2/,
    ],
  ];
  for (const [what, from, wanted, reason] of refused)
    it(`is refused when ${what}`, () => {
      const decision = decideAdoption(from, wanted);
      assert.equal(decision.action, "refuse");
      assert.match(decision.reason, reason);
    });
});
