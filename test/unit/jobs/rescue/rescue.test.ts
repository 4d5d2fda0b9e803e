import assert from "node:assert/strict";
import { columnDifferences, commonColumns, retypedNumbers } from "../../../../jobs/rescue/columnDifferences";
import { comparisonQuery, statementsFor } from "../../../../jobs/rescue/comparison";
import { statementsOf } from "../../../../jobs/rescue/definition";
import { copyOut, scriptAfter, scriptBefore } from "../../../../jobs/rescue/importScript";
import { rescueSchema } from "../../../../jobs/rescue/rescueSchema";
import { requireRoom } from "../../../../jobs/rescue/rescueTable";
import type { Column } from "../../../../jobs/rescue/tables";
import { type KnownType, typeForCopy } from "../../../../jobs/rescue/typeForCopy";
import { Failure } from "../../../../lib/failure";
import { parseRestoreTarget } from "../../../../plan/restoreTarget";

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  type: "integer",
  builtIn: true,
  notNull: false,
  generated: false,
  always: false,
  ...more,
});

describe("the schema that takes a rescued table", () => {
  const cases: [target: string, schema: string][] = [
    ["2026-01-31T02:14:59Z", "rescued_20260131_021459"],
    ["2026-01-31 03:14:59+01:00", "rescued_20260131_021459"],
    ["2026-01-31T02:14:59.25Z", "rescued_20260131_021459_250000"],
    ["lsn:0/16C77E0", "rescued_lsn_0_16c77e0"],
    ["restore-point:before-migration", "rescued_at_before-migration"],
  ];
  for (const [target, schema] of cases)
    it(`as of ${target} is ${schema}`, () => {
      const parsed = parseRestoreTarget(target);
      assert.ok(parsed);
      assert.equal(rescueSchema(parsed), schema);
    });

  it("has a name that PostgreSQL does not cut", () => {
    assert.equal(rescueSchema({ kind: "restore-point", name: "x".repeat(63) }).length, 63);
  });
});

describe("the type of a rescued column", () => {
  const own = { builtIn: false, type: "public.mood" };
  const cases: [what: string, column: Column, known: KnownType | undefined, type: string][] = [
    ["PostgreSQL's own", column("a", { type: "numeric(8,2)" }), undefined, "numeric(8,2)"],
    ["a domain", column("a", { ...own, domainOf: "integer" }), { labels: undefined }, "integer"],
    ["one that is gone", column("a", own), undefined, "text"],
    ["one that is there", column("a", own), { labels: undefined }, "public.mood"],
    [
      "an enum with the same labels and more",
      column("a", { ...own, labels: ["x", "y"] }),
      { labels: ["z", "y", "x"] },
      "public.mood",
    ],
    ["an enum that has lost a label", column("a", { ...own, labels: ["x", "y"] }), { labels: ["x"] }, "text"],
    ["an enum that is none any more", column("a", { ...own, labels: ["x"] }), { labels: undefined }, "text"],
    ["none that has become an enum", column("a", own), { labels: ["x"] }, "text"],
  ];
  for (const [what, of, known, type] of cases)
    it(`${what}: ${type}`, () => {
      assert.equal(typeForCopy(of, known), type);
    });
});

describe("the script of a rescue", () => {
  const plan = {
    into: { schema: "rescued_x", name: 'Odd "Name"' },
    columns: [
      column("Key One", { notNull: true }),
      column("v", { type: "text", collation: 'pg_catalog."C"' }),
    ],
    key: ["Key One"],
    rows: 7,
    comment: "it's as it was",
  };

  it("makes a table that hangs on no other object, in one transaction", () => {
    assert.equal(
      scriptBefore(plan),
      `begin;
set local statement_timeout = 0;
set local lock_timeout = '10s';
create schema if not exists "rescued_x";
create table "rescued_x"."Odd ""Name""" (
  "Key One" integer not null,
  "v" text collate pg_catalog."C"
);
copy "rescued_x"."Odd ""Name""" ("Key One", "v") from stdin;
`,
    );
  });

  it("commits only when every row has arrived", () => {
    const script = scriptAfter(plan);
    assert.ok(script.startsWith("\\.\n"));
    const order = ["if arrived <> 7 then", 'add primary key ("Key One")', "is 'it''s as it was';", "commit;"];
    const places = order.map((text) => script.indexOf(text));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? 0)),
      script,
    );
    assert.ok(!scriptAfter({ ...plan, key: [] }).includes("primary key"));
  });

  it("reads columns by name, generated ones too", () => {
    assert.equal(
      copyOut({ schema: "public", name: 'Odd "Name"' }, plan.columns),
      'copy (select "Key One", "v" from "public"."Odd ""Name""") to stdout',
    );
  });
});

describe("a comparison", () => {
  const there = { schema: "rescued_x", name: "orders" };
  const here = { schema: "public", name: "orders" };

  it("tells rows apart by the key, where both have the same", () => {
    const query = comparisonQuery({ there, here, columns: ["id", "v"], numbers: [], key: ["id"] });
    assert.match(query, /full join .* on t\.k0 = h\.k0$/s);
    assert.match(query, /filter \(where t\.s <> h\.s\) as changed/);
  });

  it("counts equal rows, where there is no key", () => {
    const query = comparisonQuery({ there, here, columns: ["id", "v"], numbers: [], key: [] });
    assert.match(query, /null as changed/);
    assert.match(query, /group by 1\) t\s+full join .*group by 1\) h on t\.s = h\.s$/s);
  });

  it("compares numbers of another type by their value, in a key as well", () => {
    const query = comparisonQuery({ there, here, columns: ["id", "v"], numbers: ["id"], key: ["id"] });
    assert.equal(query.match(/trim_scale\("id"::numeric\)::text/g)?.length, 4);
    assert.match(query, /"v"::text/);
  });

  for (const [was, is, compared] of [
    ["integer", "numeric(12,2)", true],
    ["numeric", "double precision", true],
    ["smallint", "bigint", true],
    ["integer", "text", false],
    ["integer", "shop.numeric_id", false],
    ["timestamp without time zone", "timestamp with time zone", false],
  ] as const)
    it(`takes ${was} and ${is} ${compared ? "for numbers" : "as they are written"}`, () => {
      const retyped = [{ column: "v", was, is }];
      assert.deepEqual(retypedNumbers({ retyped }), compared ? ["v"] : []);
    });

  it("goes by the columns that both have, and says which have changed", () => {
    const was = [column("id"), column("old"), column("v", { type: "text" })];
    const is = [column("id", { type: "bigint" }), column("v", { type: "text" }), column("fresh")];
    assert.deepEqual(commonColumns(was, is), ["id", "v"]);
    assert.deepEqual(columnDifferences(was, is), {
      onlyThere: ["old"],
      onlyHere: ["fresh"],
      retyped: [{ column: "id", was: "integer", is: "bigint" }],
    });
  });

  it("ends with statements that put back what is missing", () => {
    const columns = [
      column("id", { type: "bigint", always: true }),
      column("m", { type: "public.mood" }),
      column("up", { generated: true }),
    ];
    const copied = [
      column("id", { type: "bigint" }),
      column("m", { type: "text" }),
      column("up"),
      column("gone"),
    ];
    assert.deepEqual(statementsFor({ ...there, columns: copied }, { ...here, columns }), {
      putBack:
        'insert into "public"."orders" ("id", "m") overriding system value select "id", "m"::public.mood from "rescued_x"."orders" on conflict do nothing;',
      remove: 'drop table "rescued_x"."orders";',
    });
    assert.equal(statementsFor({ ...there, columns: copied }, undefined).putBack, undefined);
  });
});

describe("the definition of a table", () => {
  it("is what a dump defines, and nothing for psql", () => {
    const dump = `--
-- PostgreSQL database dump
--

\\restrict abc

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.orders (
    id integer NOT NULL
);

\\unrestrict abc
`;
    assert.equal(statementsOf(dump), "CREATE TABLE public.orders (\n    id integer NOT NULL\n);");
  });
});

describe("the room for a rescued table", () => {
  it("must be there three times, and is not judged where nobody knows it", () => {
    const mebi = 1024 ** 2;
    requireRoom(100 * mebi, { roomBytes: 428 * mebi });
    requireRoom(100 * mebi, { roomBytes: undefined });
    assert.throws(
      () => {
        requireRoom(100 * mebi, { roomBytes: 427 * mebi });
      },
      (error) => error instanceof Failure && /427.0 MiB free.*nothing was copied/.test(error.what),
    );
  });
});
