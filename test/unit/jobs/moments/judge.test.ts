import assert from "node:assert/strict";
import { isCandidate, type Search } from "../../../../jobs/moments/candidates";
import { catalogOf, type Relation } from "../../../../jobs/moments/catalog";
import { judge } from "../../../../jobs/moments/judge";
import type { Commit } from "../../../../jobs/moments/transactions";

const commit = (more: Partial<Commit> = {}): Commit => ({
  xid: 7,
  at: "2026-01-31T02:14:59.123456Z",
  lsn: "0/200",
  before: "0/1F0",
  rows: new Map(),
  dropped: [],
  created: new Set(),
  pages: new Set(),
  databases: [],
  begunBefore: false,
  ...more,
});
const table = (more: Partial<Relation> = {}): Relation => ({
  id: 100,
  schema: "public",
  name: "orders",
  kind: "r",
  persistence: "p",
  file: "1663/5/100",
  estimatedRows: 9,
  ...more,
});
const old = "1663/5/100";
const young = "1663/5/101";
const limits = { rows: 10, database: 5 };
const before = catalogOf("0/1F0", [table()]);
const emptied = commit({ dropped: [old], created: new Set([young]) });
const counts = (inserted: number, updated: number, deleted: number) => ({ inserted, updated, deleted });

describe("what became of a table", () => {
  const cases: [
    what: string,
    commit: Commit,
    relation: Relation,
    after: Relation[] | undefined,
    fate: string | undefined,
  ][] = [
    ["it is gone", commit({ dropped: [old] }), table(), [], "dropped"],
    ["another one of its name is there", emptied, table(), [table({ id: 101, file: young })], "dropped"],
    ["it has new files, with nothing in them", emptied, table(), [table({ file: young })], "truncated"],
    [
      "it has new files with rows",
      commit({ ...emptied, rows: new Map([[young, counts(3, 0, 0)]]) }),
      table(),
      [table({ file: young })],
      "rewritten",
    ],
    [
      "its pages were copied, as VACUUM FULL does",
      commit({ ...emptied, pages: new Set([young]) }),
      table(),
      [table({ file: young })],
      undefined,
    ],
    ["it has files of yet another commit", emptied, table(), [table({ file: "1663/5/102" })], "unclear"],
    ["nobody saw what was there afterwards", emptied, table(), undefined, "unclear"],
    [
      "an index was built anew",
      emptied,
      table({ kind: "i" }),
      [table({ kind: "i", file: young })],
      undefined,
    ],
    ["a view was filled anew", emptied, table({ kind: "m" }), [table({ kind: "m", file: young })], undefined],
    ["a view is gone", commit({ dropped: [old] }), table({ kind: "m" }), [], "dropped"],
    [
      "a catalog was rewritten",
      emptied,
      table({ schema: "pg_catalog" }),
      [table({ file: young })],
      undefined,
    ],
    [
      "rows were deleted and updated, as many as count",
      commit({ rows: new Map([[old, counts(0, 4, 6)]]) }),
      table(),
      [table()],
      "changed",
    ],
    ["fewer rows were", commit({ rows: new Map([[old, counts(0, 4, 5)]]) }), table(), [table()], undefined],
    ["rows were added", commit({ rows: new Map([[old, counts(99, 0, 0)]]) }), table(), [table()], undefined],
    [
      "it was made in the same transaction",
      commit({ created: new Set([old]), rows: new Map([[old, counts(99, 99, 0)]]) }),
      table(),
      [table()],
      undefined,
    ],
    [
      "rows of another database were deleted",
      commit({ rows: new Map([["1663/6/100", counts(0, 0, 99)]]) }),
      table(),
      [table()],
      undefined,
    ],
    [
      "rows were deleted before it was dropped",
      commit({ dropped: [old], rows: new Map([[old, counts(0, 0, 99)]]) }),
      table(),
      [],
      "dropped",
    ],
  ];
  for (const [what, of, relation, after, fate] of cases)
    it(`${what}: ${fate ?? "no loss"}`, () => {
      const later = after === undefined ? [] : [catalogOf("0/200", after)];
      const found = judge(of, catalogOf("0/1F0", [relation]), later, limits);
      assert.deepEqual(
        found.map((each) => each.fate),
        fate === undefined ? [] : [fate],
      );
    });

  it("is told by the first catalog that has the commit", () => {
    const catalogs = [catalogOf("0/1FF", [table()]), catalogOf("0/200", []), catalogOf("0/300", [table()])];
    assert.deepEqual(
      judge(commit({ dropped: [old] }), before, catalogs, limits).map(({ fate }) => fate),
      ["dropped"],
    );
  });

  it("names the files where no catalog has them", () => {
    const found = judge(commit({ rows: new Map([["1663/5/777", counts(0, 0, 99)]]) }), before, [], limits);
    assert.deepEqual(
      found.map(({ relation, file }) => [relation, file]),
      [[undefined, "1663/5/777"]],
    );
  });
});

describe("a commit that may be one that is looked for", () => {
  const search: Search = {
    ...limits,
    from: new Date("2026-01-31T02:00:00Z"),
    to: new Date("2026-01-31T03:00:00Z"),
  };
  const dropping = { dropped: [old] };
  const cases: [what: string, commit: Commit, is: boolean][] = [
    ["it dropped files", commit(dropping), true],
    ["it dropped the database", commit({ databases: [5] }), true],
    ["it dropped another database", commit({ databases: [6], dropped: ["1663/6/1"] }), false],
    ["it changed as many rows as count", commit({ rows: new Map([[old, counts(0, 10, 0)]]) }), true],
    ["it did nothing of that", commit({ rows: new Map([[old, counts(50, 1, 1)]]) }), false],
    ["it came before", commit({ ...dropping, at: "2026-01-31T01:59:59.999999Z" }), false],
    ["it came in the first second", commit({ ...dropping, at: "2026-01-31T02:00:00.000000Z" }), true],
    ["it came after", commit({ ...dropping, at: "2026-01-31T03:00:00.001000Z" }), false],
  ];
  for (const [what, of, is] of cases)
    it(`${what}: ${is ? "yes" : "no"}`, () => {
      assert.equal(isCandidate(of, search), is);
    });

  it("has no end where none is given", () => {
    assert.ok(
      isCandidate(commit({ ...dropping, at: "2099-01-31T00:00:00.000000Z" }), { ...search, to: undefined }),
    );
  });
});
