import assert from "node:assert/strict";
import { UsageError } from "../../../cli/commandLine";
import { momentsRequest } from "../../../cli/momentsRequest";
import { describeMoments, type MomentResult } from "../../../cli/momentsText";

const search = {
  action: "searched",
  from: "2026-01-30T02:00:00.000Z",
  to: "2026-01-31T02:00:00.000Z",
  generation: 3,
  commits: 99,
};
const none = { inserted: 0, updated: 0, deleted: 0 };
const moments: MomentResult[] = [
  {
    at: "2026-01-31T01:00:00.123456Z",
    transaction: 727,
    target: "lsn:0/16C77E0",
    tables: [
      { ...none, table: "public.orders", fate: "dropped", rowsBefore: 30, counted: true },
      { ...none, table: "public.items", fate: "truncated", rowsBefore: 1, counted: true },
    ],
  },
  {
    at: "2026-01-31T01:30:00.000000Z",
    transaction: 728,
    target: "lsn:0/16D0000",
    tables: [
      { table: "public.big", fate: "changed", rowsBefore: null, inserted: 0, updated: 1, deleted: 50_000 },
      { ...none, table: "public.kept", fate: "rewritten", rowsBefore: 400, counted: false, inserted: 7 },
      { ...none, table: "public.other", fate: "unclear", rowsBefore: null },
      { ...none, table: "app", fate: "database dropped", rowsBefore: null },
    ],
    begunBefore: true,
  },
];

describe("the moments, for a person", () => {
  it("say when, what, and what to go back to", () => {
    assert.equal(
      describeMoments(search, moments, "local"),
      `2026-01-31T01:00:00.123456Z  transaction 727  just before it: lsn:0/16C77E0
    public.orders: dropped (had 30 rows)
    public.items: truncated (had 1 row)
2026-01-31T01:30:00.000000Z  transaction 728  just before it: lsn:0/16D0000
    public.big: 50000 rows deleted, 1 row updated
    public.kept: emptied and filled again, or rewritten by an ALTER TABLE (had about 400 rows): 7 rows written
    public.other: dropped, truncated or rewritten; which of these was not seen
    the database app: dropped, with all its tables
    it began before what was looked at, and may have done more
looked at: 99 commits of generation 3, from 2026-01-30T02:00:00.000Z to 2026-01-31T02:00:00.000Z; what was written since is not archived yet

to look at one table as it was:  npm run rescue -- TABLE --to TARGET
to take the whole database back: npm run restore -- database --to TARGET
`,
    );
  });

  it("name the stack in what can be done, and what was not looked at", () => {
    const text = describeMoments({ ...search, passedOver: 7 }, moments, "prod");
    assert.match(text, /npm run restore -- --stack prod database --to TARGET/);
    assert.match(text, /not looked at: 7 older commits/);
  });

  it("are none where none was found, and are not known where nothing was told", () => {
    assert.match(describeMoments(search, [], "local"), /^nothing was dropped, emptied or changed/);
    assert.match(describeMoments(undefined, [], "local"), /is not known/);
    assert.match(describeMoments({ ...search, passedOver: 7 }, [], "local"), /not looked at: 7/);
  });
});

describe("what a command line looks for", () => {
  it("is all of a day where nothing is said", () => {
    assert.deepEqual(momentsRequest({}), { table: "", from: "", to: "", rows: "" });
  });

  for (const [words, message] of [
    [{ from: "yesterday" }, /^--from yesterday: must be a time with its zone/],
    [{ from: "2026-01-31T02:14:59" }, /^--from .*: must be a time with its zone/],
    [{ to: "lsn:0/16C77E0" }, /^--to lsn:0\/16C77E0: must be a time with its zone/],
    [{ rows: "0" }, /^--rows 0: must be a number of rows/],
    [{ rows: "1e3" }, /^--rows 1e3: must be a number of rows/],
  ] as const)
    it(`cannot be ${JSON.stringify(words)}`, () => {
      assert.throws(
        () => momentsRequest(words),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
});
