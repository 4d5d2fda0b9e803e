import assert from "node:assert/strict";
import { checkNonce, newNonce, writerRowName } from "../../../drill/nonce";
import { seedPsqlArguments, seedSql } from "../../../drill/seed";

const sql = seedSql("0123456789abcdef", "lstm_pfd");

describe("seed", () => {
  it("changes to the owner before it makes anything", () => {
    assert.ok(sql.startsWith('set role "lstm_pfd";\n'));
    assert.ok(seedSql("0123456789abcdef", 'a"b').startsWith('set role "a""b";\n'));
  });

  it("plants the nonce", () => {
    assert.ok(sql.includes("set drill.nonce_row = 'drill-nonce-0123456789abcdef';"));
    assert.ok(sql.includes("current_setting('drill.nonce_row')"));
    assert.throws(() => seedSql("'; drop", "lstm_pfd"), /must be 8 to 32/);
  });

  it("makes all 27 tables and fills each", () => {
    const tables = [...sql.matchAll(/^CREATE TABLE (\S+) /gm)].map(([, name]) => name);
    const filled = new Set([...sql.matchAll(/^insert into (\S+)/gm)].map(([, name]) => name));
    assert.equal(tables.length, 27);
    assert.deepEqual([...filled].sort(), tables.sort());
  });

  it("loads rows before the indexes, in one transaction, without commands of psql", () => {
    assert.ok(sql.indexOf("insert into public.training_runs") < sql.indexOf("CREATE INDEX"));
    assert.ok(!/^\\/m.test(sql));
    assert.ok(seedPsqlArguments("lstm_pfd").includes("--single-transaction"));
  });
});

describe("nonce", () => {
  it("is new each time and safe everywhere", () => {
    assert.notEqual(newNonce(), newNonce());
    assert.equal(checkNonce(newNonce()).length, 16);
  });

  it("names rows in the order of their numbers", () => {
    const names = [1, 9, 10, 123_456_789].map((sequence) => writerRowName("0123456789abcdef", sequence));
    assert.deepEqual([...names].sort(), names);
  });
});
