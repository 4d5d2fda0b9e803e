import assert from "node:assert/strict";
import { UsageError } from "../../../cli/commandLine";
import { rescueRequest } from "../../../cli/rescueRequest";
import { describeRescue, type RescueResult } from "../../../cli/rescueText";

const to = "2026-01-31T02:14:59Z";
const result: RescueResult = {
  action: "rescued",
  table: "public.orders",
  into: "rescued_20260131_021459.orders",
  target: to,
  label: "20260131-020000F",
  generation: 3,
  lastCommit: "2026-01-31T02:14:58.000000Z",
  firstCommitAfter: "2026-01-31T02:15:00.000000Z",
  rows: 500,
  asText: [],
  columns: { onlyThere: [], onlyHere: [], retyped: [] },
  comparison: { by: "primary key", onlyThere: 100, onlyHere: 1, changed: 21, same: 379 },
  putBack: "insert into …;",
  remove: "drop table …;",
};

describe("a rescue, for a person", () => {
  it("says where the table is, and how it differs", () => {
    assert.equal(
      describeRescue(result),
      `public.orders as it was at ${to} is in rescued_20260131_021459.orders, with 500 rows; nothing else was changed
the last commit that it has is of 2026-01-31T02:14:58.000000Z, the first one that it has not of 2026-01-31T02:15:00.000000Z (base backup 20260131-020000F, generation 3)
rows: 100 only then, 1 only now, 21 changed, 379 the same (by primary key)
to put back what is missing:  insert into …;
to remove it again:            drop table …;
`,
    );
  });

  const cases: [what: string, more: Partial<RescueResult>, says: RegExp][] = [
    [
      "columns that changed",
      {
        columns: {
          onlyThere: ["old"],
          onlyHere: ["fresh"],
          retyped: [{ column: "id", was: "integer", is: "bigint" }],
        },
      },
      /columns have changed since: only then: old; only now: fresh; id was integer, is bigint;/,
    ],
    [
      "a table that is gone",
      { columns: null, comparison: { by: "primary key", onlyThere: 500, onlyHere: 0, changed: 0, same: 0 } },
      /there is no such table now\nrows: 500 only then, 0 only now, 0 changed, 0 the same\n/,
    ],
    [
      "a table without a key",
      { comparison: { by: "whole row", onlyThere: 1, onlyHere: 2, changed: null, same: 3 } },
      /rows: 1 only then, 2 only now, 3 the same \(by whole row\)/,
    ],
    [
      "rows that were not compared",
      { comparison: { notCompared: "somebody waited" } },
      /rows were not compared: somebody waited/,
    ],
    [
      "types that are gone",
      { asText: ["mood"] },
      /as text, because their type is not there any more or does not take every value: mood/,
    ],
  ];
  for (const [what, more, says] of cases)
    it(`tells ${what}`, () => {
      assert.match(describeRescue({ ...result, ...more }), says);
    });

  it("says how a table that is gone is made again", () => {
    const rest = Object.fromEntries(Object.entries(result).filter(([name]) => name !== "putBack"));
    assert.match(
      describeRescue({ ...rest, into: `rescued_x."it's"` }),
      /obj_description\('rescued_x\."it''s"'::regclass\)/,
    );
  });

  it("knows nothing where nothing was told", () => {
    assert.match(describeRescue(undefined), /is not known/);
    assert.match(
      describeRescue({ action: "rescued" }),
      /columns differ is not known\nhow its rows differ is not known/,
    );
  });
});

describe("what a command line rescues", () => {
  it("is a table as of a time", () => {
    assert.deepEqual(rescueRequest({ words: ['"Order Items"'], to }), { table: '"Order Items"', to });
  });

  for (const [words, at, message] of [
    [[], to, /^the table is missing: npm run rescue -- TABLE --to TIME/],
    [["a", "b"], to, /^"a b" is no table/],
    [["a"], undefined, /^--to is missing/],
    [["a"], "yesterday", /^--to yesterday: must be a time with its zone/],
  ] as const)
    it(`cannot be ${JSON.stringify(words)} as of ${at ?? "nothing"}`, () => {
      assert.throws(
        () => rescueRequest({ words: [...words], to: at }),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
});
