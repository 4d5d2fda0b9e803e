import assert from "node:assert/strict";
import { findHole, upTo, type WalHole } from "../../../../jobs/database/walHole";
import { segmentName } from "../../../../jobs/database/walPosition";

const s = (number: number, timeline = 1): string => segmentName(timeline, number);
const second = "00000002.history";
const third = "00000003.history";

interface Case {
  what: string;
  segments: string[];
  histories?: string[];
  walStart?: string;
  walStop?: string;
  hole: WalHole | undefined;
}

const cases: Case[] = [
  { what: "is none in an archive that is whole", segments: [s(2), s(3), s(4)], hole: undefined },
  { what: "is none before the base backup", segments: [s(0), s(2), s(3)], hole: undefined },
  {
    what: "is the first segment that is missing, with those that follow it",
    segments: [s(2), s(3), s(6), s(8)],
    hole: {
      after: s(3),
      missing: [s(4)],
      missingSegments: 2,
      beyond: { count: 2, first: s(6), last: s(8) },
    },
  },
  {
    what: "may have no segment before it",
    segments: [s(3)],
    hole: {
      after: undefined,
      missing: [s(2)],
      missingSegments: 1,
      beyond: { count: 1, first: s(3), last: s(3) },
    },
  },
  {
    what: "is the end of a base backup whose last segment is not archived",
    segments: [s(2)],
    hole: { after: s(2), missing: [s(3)], missingSegments: 1, beyond: { count: 0, first: "", last: "" } },
  },
  {
    what: "is none where a newer timeline goes on",
    segments: [s(2), s(3), s(4, 2)],
    histories: [second],
    hole: undefined,
  },
  {
    what: "is the history that leads to a newer timeline",
    segments: [s(2), s(3), s(4, 2)],
    hole: {
      after: s(3),
      missing: [second],
      missingSegments: 0,
      beyond: { count: 1, first: s(4, 2), last: s(4, 2) },
    },
  },
  {
    what: "is not filled by what the parent archived after it was left",
    segments: [s(2), s(3), s(4), s(5), s(6), s(4, 2), s(6, 2)],
    histories: [second],
    hole: {
      after: s(4, 2),
      missing: [s(5, 2)],
      missingSegments: 1,
      beyond: { count: 2, first: s(6), last: s(6, 2) },
    },
  },
  {
    what: "has two names where a timeline begins behind it",
    segments: [s(2), s(3), s(5, 2)],
    histories: [second],
    hole: {
      after: s(3),
      missing: [s(4), s(4, 2)],
      missingSegments: 1,
      beyond: { count: 1, first: s(5, 2), last: s(5, 2) },
    },
  },
  {
    what: "is none behind one that was given up before: the dead branch does not count",
    segments: [s(2), s(3), s(5, 2), s(7, 2), s(4, 3), s(5, 3), s(6, 3)],
    histories: [second, third],
    hole: undefined,
  },
  {
    what: "passes from one log to the next",
    segments: [s(255), s(257)],
    walStart: s(255),
    walStop: s(255),
    hole: {
      after: s(255),
      missing: [s(256)],
      missingSegments: 1,
      beyond: { count: 1, first: s(257), last: s(257) },
    },
  },
];

describe("a hole in the archive", () => {
  for (const { what, segments, histories = [], walStart = s(2), walStop = s(3), hole } of cases)
    it(what, () => {
      assert.deepEqual(findHole({ segments, histories }, { walStart, walStop }), hole);
    });

  it("leaves of the archive what comes before it", () => {
    const archived = {
      segments: [s(2), s(3), s(5), s(3, 2), s(6, 2)],
      histories: [second, third],
    };
    assert.deepEqual(upTo(archived, s(3)), { segments: [s(2), s(3)], histories: [] });
    assert.deepEqual(upTo(archived, s(3, 2)), { segments: [s(2), s(3), s(3, 2)], histories: [second] });
  });
});
