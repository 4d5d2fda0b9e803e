import assert from "node:assert/strict";
import { type ExpirableDump, planDumpExpiry } from "../../../../jobs/dumps/dumpExpiry";

const now = new Date("2026-03-01T05:00:00Z");
const good = (day: string): ExpirableDump => ({ name: `backup-${day}-020000`, committed: true, rows: 10 });
const cut = (day: string): ExpirableDump => ({ ...good(day), committed: false, rows: undefined });
const empty = (day: string): ExpirableDump => ({ ...good(day), rows: 0 });
const unreadable = (day: string): ExpirableDump => ({ ...good(day), rows: undefined });

/** Days whose dumps are superseded. */
const superseded = (...dumps: ExpirableDump[]): string[] =>
  planDumpExpiry(dumps, now)
    .filter((fate) => fate.superseded)
    .map(({ name }) => name.slice(7, 17));

describe("expiry of dumps", () => {
  for (const [what, dumps, expected] of [
    ["nothing where there is nothing", [], []],
    ["never the only one", [good("2025-01-01")], []],
    ["never the newest two, however old", [good("2025-01-01"), good("2025-01-02")], []],
    [
      "what two newer ones replace",
      [good("2026-02-26"), good("2026-02-27"), good("2026-02-28")],
      ["2026-02-26"],
    ],
    [
      "nothing for the sake of one that is cut off, empty, or cannot be read",
      [
        good("2026-02-01"),
        good("2026-02-02"),
        cut("2026-02-26"),
        empty("2026-02-27"),
        unreadable("2026-02-28"),
      ],
      [],
    ],
    [
      "nothing for the sake of one of the future",
      [good("2026-02-01"), good("2026-02-02"), good("2030-01-01"), good("2030-01-02")],
      [],
    ],
    [
      "what was never committed, is empty or cannot be read, once two newer ones are good",
      [
        cut("2026-02-01"),
        empty("2026-02-02"),
        unreadable("2026-02-03"),
        good("2026-02-27"),
        good("2026-02-28"),
      ],
      ["2026-02-01", "2026-02-02", "2026-02-03"],
    ],
    [
      "nothing that may be under way",
      [
        { name: "backup-2026-03-01-020000", committed: false, rows: undefined },
        { ...good("2026-03-01"), name: "backup-2026-03-01-030000" },
        { ...good("2026-03-01"), name: "backup-2026-03-01-040000" },
      ],
      [],
    ],
    [
      "as it is, in whatever order",
      [good("2026-02-28"), good("2026-02-26"), good("2026-02-27")],
      ["2026-02-26"],
    ],
  ] as const)
    it(`gives up ${what}`, () => {
      assert.deepEqual(superseded(...dumps), expected);
    });

  it("says why", () => {
    assert.deepEqual(
      planDumpExpiry(
        [good("2026-02-25"), good("2026-02-26"), empty("2026-02-27"), good("2026-02-28")],
        now,
      ).map(({ why }) => why),
      [
        "a good one; replaced by backup-2026-02-26-020000",
        "one of the newest 2 good ones",
        "without a row, and fewer than 2 newer ones are good",
        "the newest good one",
      ],
    );
  });
});
