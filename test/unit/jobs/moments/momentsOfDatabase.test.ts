import assert from "node:assert/strict";
import type { Base } from "../../../../jobs/database/databaseBackups";
import { beginningOf, timelineOf } from "../../../../jobs/moments/momentsOfDatabase";
import { Failure } from "../../../../lib/failure";

const base = (label: string, stoppedAt: string): Base =>
  ({ label, generation: 1, backup: { stoppedAt: new Date(stoppedAt) } }) as Base;
const bases: [Base, ...Base[]] = [
  base("third", "2026-01-31T02:00:00Z"),
  base("second", "2026-01-30T02:00:00Z"),
  base("first", "2026-01-29T02:00:00Z"),
];
const end = new Date("2026-01-31T12:00:00Z");

describe("where a search for moments begins", () => {
  const cases: [from: string | undefined, begins: string, label: string][] = [
    ["2026-01-31T02:00:01Z", "2026-01-31T02:00:01Z", "third"],
    ["2026-01-31T02:00:00Z", "2026-01-31T02:00:00Z", "second"],
    ["2026-01-29T02:00:01Z", "2026-01-29T02:00:01Z", "first"],
    [undefined, "2026-01-30T12:00:00Z", "second"],
  ];
  for (const [from, begins, label] of cases)
    it(`${from ?? "a day before the end"}: from base backup ${label} on`, () => {
      const found = beginningOf(from === undefined ? undefined : new Date(from), bases, end);
      assert.equal(found.from.getTime(), Date.parse(begins));
      assert.equal(found.bases[0].label, label);
    });

  it("where there is less than a day, is the end of the oldest base backup", () => {
    const found = beginningOf(undefined, [bases[0]], end);
    assert.equal(found.from.toISOString(), "2026-01-31T02:00:01.000Z");
  });

  it("cannot lie before the oldest base backup, nor after the end", () => {
    const refused = (from: string, message: RegExp): void => {
      assert.throws(
        () => beginningOf(new Date(from), bases, end),
        (error) => error instanceof Failure && message.test(error.what),
      );
    };
    refused(
      "2026-01-29T02:00:00Z",
      /before the end of the oldest base backup, first: .* begins at 2026-01-29T02:00:01/,
    );
    refused("2026-01-31T12:00:00Z", /is not before 2026-01-31T12:00:00/);
  });
});

describe("the timeline of a segment", () => {
  const stretch = { generation: 1, archiveId: "15-1", position: undefined };
  const chain = {
    generation: 3,
    timeline: 4,
    stretches: [
      { ...stretch, timeline: 1, from: 0, end: 5 },
      { ...stretch, timeline: 2, from: 5, end: 5 },
      { ...stretch, timeline: 4, from: 5, end: undefined },
    ],
  };
  for (const [number, timeline] of [
    [0, 1],
    [4, 1],
    [5, 4],
    [900, 4],
  ] as const)
    it(`of number ${number} is ${timeline}`, () => {
      assert.equal(timelineOf(chain, number), timeline);
    });
});
