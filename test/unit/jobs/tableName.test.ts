import assert from "node:assert/strict";
import { isMeant, parseTableName, qualified, shownTable } from "../../../jobs/tableName";

describe("the name of a table", () => {
  const cases: [text: string, name: { schema?: string; name: string }][] = [
    ["orders", { name: "orders" }],
    ["Orders", { name: "orders" }],
    ["shop.Orders", { schema: "shop", name: "orders" }],
    ['"Order Items"', { name: "Order Items" }],
    ['shop."Order Items"', { schema: "shop", name: "Order Items" }],
    ['"My.Schema"."a ""b"""', { schema: "My.Schema", name: 'a "b"' }],
    ["straße", { name: "straße" }],
  ];
  for (const [text, name] of cases)
    it(`${text} is read as SQL reads it`, () => {
      assert.deepEqual(parseTableName(text), name);
    });

  for (const text of ["", "a.b.c", "a b", '"a', 'a"b"', ".", "a.", '""', "a; drop table b"])
    it(`"${text}" is none`, () => {
      assert.throws(() => parseTableName(text), /is no name of a table/);
    });

  it("is quoted such that it is read as it is", () => {
    for (const table of [
      { schema: "public", name: "orders" },
      { schema: "My.Schema", name: 'a "b" c' },
    ]) {
      assert.deepEqual(parseTableName(qualified(table)), table);
      assert.deepEqual(parseTableName(shownTable(table)), table);
    }
    assert.equal(shownTable({ schema: "public", name: "orders" }), "public.orders");
  });

  it("without a schema means a table of any", () => {
    const table = { schema: "shop", name: "orders" };
    assert.ok(isMeant({ name: "orders" }, table));
    assert.ok(isMeant({ schema: "shop", name: "orders" }, table));
    assert.ok(!isMeant({ schema: "public", name: "orders" }, table));
    assert.ok(!isMeant({ name: "Orders" }, table));
  });
});
