import assert from "node:assert/strict";
import {
  historyName,
  historyTimeline,
  missingSegments,
  parseHistory,
  parseLsn,
  parseSegment,
  segmentName,
} from "../../../../jobs/database/walPosition";

describe("WAL positions", () => {
  it("takes segment names apart and puts them together", () => {
    for (const [name, timeline, number] of [
      ["000000010000000000000001", 1, 1],
      ["0000000A00000001000000FF", 10, 511],
      ["000000020000000100000000", 2, 256],
    ] as const) {
      assert.deepEqual(parseSegment(name), { name, timeline, number });
      assert.equal(segmentName(timeline, number), name);
    }
  });

  it("knows what is no whole segment", () => {
    for (const name of [
      "00000002.history",
      "000000020000000000000011.partial",
      "000000010000000000000008.00000028.backup",
      "",
    ])
      assert.equal(parseSegment(name), undefined, name);
  });

  it("names histories", () => {
    assert.equal(historyName(26), "0000001A.history");
    assert.equal(historyTimeline("0000001A.history"), 26);
    assert.equal(historyTimeline("000000010000000000000001"), undefined);
  });

  it("orders LSNs by their bytes", () => {
    assert.equal(parseLsn("0/3000148"), 0x3000148n);
    assert.ok(parseLsn("1/0") > parseLsn("0/FFFFFFFF"));
    assert.throws(() => parseLsn("3000148"), /not a WAL position/);
  });

  it("finds where a timeline left its parent", () => {
    const text =
      "1\t0/10000000\tno recovery target specified\n\n2\t0/11000060\tno recovery target specified\n";
    assert.deepEqual(parseHistory(text), { parent: 2, switchLsn: "0/11000060" });
    assert.equal(parseHistory(""), undefined);
  });
});

describe("missing segments", () => {
  const first = "000000010000000000000002";
  const cases: { what: string; last: string; present: string[]; missing: string[] }[] = [
    {
      what: "none when all are there",
      last: "000000010000000000000004",
      present: ["000000010000000000000002", "000000010000000000000003", "000000010000000000000004"],
      missing: [],
    },
    {
      what: "the one in the middle",
      last: "000000010000000000000004",
      present: ["000000010000000000000002", "000000010000000000000004"],
      missing: ["000000010000000000000003"],
    },
    {
      what: "none across a change of timeline",
      last: "000000020000000000000004",
      present: ["000000010000000000000002", "000000010000000000000003", "000000020000000000000004"],
      missing: [],
    },
    {
      what: "the first of a new timeline",
      last: "000000020000000000000005",
      present: ["000000010000000000000002", "000000010000000000000003", "000000020000000000000005"],
      missing: ["000000020000000000000004"],
    },
    {
      what: "one that only a later timeline has",
      last: "000000010000000000000003",
      present: ["000000010000000000000002", "000000020000000000000003"],
      missing: ["000000010000000000000003"],
    },
    { what: "everything in an empty archive", last: first, present: [], missing: [first] },
  ];
  for (const { what, last, present, missing } of cases)
    it(`finds ${what}`, () => {
      assert.deepEqual(missingSegments(first, last, new Set(present)), missing);
    });
});
