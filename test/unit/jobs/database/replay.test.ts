import assert from "node:assert/strict";
import {
  newestTimeline,
  parseRequests,
  type ReplayState,
  replayState,
} from "../../../../jobs/database/replay";
import { segmentName } from "../../../../jobs/database/walPosition";

const s = (number: number, timeline = 1): string => segmentName(timeline, number);
const got = (...files: string[]): string => files.map((file) => `${file} 0\n`).join("");
const absent = (...files: string[]): string => files.map((file) => `${file} 1\n`).join("");

interface Case {
  what: string;
  log: string;
  segments: string[];
  histories?: string[];
  replayLsn?: string;
  switchLsn?: string;
  expected: ReplayState;
}

const cases: Case[] = [
  { what: "runs before the first request", log: "", segments: [s(2)], expected: { state: "running" } },
  {
    what: "runs while segments come",
    log: got(s(2), s(3)),
    segments: [s(2), s(3)],
    expected: { state: "running" },
  },
  {
    what: "runs when the next segment was asked for once",
    log: got(s(2)) + absent(s(3)),
    segments: [s(2)],
    expected: { state: "running" },
  },
  {
    what: "is complete when the segment after the last was asked for again",
    log: got(s(2), s(3)) + absent(s(4), "00000002.history", s(4)),
    segments: [s(2), s(3)],
    expected: { state: "complete", lastSegment: s(3) },
  },
  {
    what: "is complete although a start reads its first segment three times",
    log: got(s(2), s(2), s(2)) + absent(s(3), s(3)),
    segments: [s(2)],
    expected: { state: "complete", lastSegment: s(2) },
  },
  {
    what: "counts a segment that is read again at the end for no progress",
    log: got(s(2), s(3)) + absent(s(4)) + got(s(3)) + absent(s(4)),
    segments: [s(2), s(3)],
    expected: { state: "complete", lastSegment: s(3) },
  },
  {
    what: "misses a segment that later ones follow",
    log: got(s(2)) + absent(s(3), s(3)),
    segments: [s(2), s(4)],
    expected: { state: "missing", files: [s(3)], lastSegment: s(4) },
  },
  {
    what: "misses the very first segment",
    log: absent(s(2), s(2)),
    segments: [s(3)],
    expected: { state: "missing", files: [s(2)], lastSegment: s(3) },
  },
  {
    what: "cannot read a segment that comes again and again",
    log: got(s(2), s(3), s(3), s(3), s(3), s(3), s(3)),
    segments: [s(2), s(3)],
    expected: { state: "unreadable", file: s(3) },
  },
  {
    what: "is complete at the end of a newer timeline",
    log:
      got("00000002.history", s(2)) +
      absent(s(3, 2)) +
      got(s(3)) +
      got(s(4, 2)) +
      absent(s(5, 2), s(5), s(5, 2), s(5)),
    segments: [s(2), s(3), s(4, 2)],
    histories: ["00000002.history"],
    expected: { state: "complete", lastSegment: s(4, 2) },
  },
  {
    what: "misses a segment of the newer timeline although the older one ends there",
    log: got("00000002.history", s(2)) + absent(s(3, 2), s(3), s(3, 2), s(3)),
    segments: [s(2), s(4, 2)],
    histories: ["00000002.history"],
    expected: { state: "missing", files: [s(3, 2), s(3)], lastSegment: s(4, 2) },
  },
  {
    what: "misses the history that leads to the newest timeline",
    log: absent("00000002.history") + got(s(2)) + absent(s(3), s(3)),
    segments: [s(2), s(3, 2)],
    expected: { state: "missing", files: ["00000002.history"], lastSegment: s(3, 2) },
  },
  {
    what: "is complete at the switch to a timeline that has no segments yet",
    log: got("00000002.history", s(2)) + absent(s(3, 2), s(3), s(3, 2), s(3)),
    segments: [s(2)],
    histories: ["00000002.history"],
    replayLsn: "0/3000000",
    switchLsn: "0/3000000",
    expected: { state: "complete", lastSegment: undefined },
  },
  {
    what: "misses segments before the switch to a timeline that has none yet",
    log: got("00000002.history", s(2)) + absent(s(3, 2), s(3), s(3, 2), s(3)),
    segments: [s(2)],
    histories: ["00000002.history"],
    replayLsn: "0/3000000",
    switchLsn: "0/5000000",
    expected: { state: "missing", files: [s(3, 2), s(3)], lastSegment: "00000002.history" },
  },
  {
    what: "does not take a switch for reached while the server does not answer",
    log: got("00000002.history", s(2)) + absent(s(3, 2), s(3), s(3, 2), s(3)),
    segments: [s(2)],
    histories: ["00000002.history"],
    switchLsn: "0/3000000",
    expected: { state: "missing", files: [s(3, 2), s(3)], lastSegment: "00000002.history" },
  },
];

describe("replay", () => {
  for (const { what, log, segments, histories = [], expected, ...position } of cases)
    it(what, () => {
      const state = replayState(parseRequests(log), { segments, histories }, { timeline: 1 }, position);
      assert.deepEqual(state, expected);
    });

  it("reads only whole lines of the request log", () => {
    assert.deepEqual(parseRequests(`${s(2)} 0\n${s(3)} 255\n${s(4)}`), [
      { file: s(2), status: 0 },
      { file: s(3), status: 255 },
    ]);
  });

  it("finds the newest timeline in histories and segments", () => {
    assert.equal(newestTimeline({ segments: [s(2), s(3, 4)], histories: ["00000003.history"] }, 1), 4);
    assert.equal(newestTimeline({ segments: [], histories: [] }, 2), 2);
  });
});
