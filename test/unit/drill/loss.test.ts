import assert from "node:assert/strict";
import { measureLoss, parseRecoveredRows, recoveredRowsSql, type RecoveredRows } from "../../../drill/loss";

const nonce = "0123456789abcdef";
const row = (sequence: number): { sequence: number; at: string } => ({
  sequence,
  at: new Date(Date.parse("2026-11-24T10:00:00.000Z") + sequence * 100).toISOString(),
});
const acknowledged = { first: row(1), last: row(100) };

describe("loss", () => {
  const whole: RecoveredRows = {
    count: 100,
    newest: row(100),
    reached: row(100),
    missing: 0,
    firstMissing: null,
    holes: 0,
  };
  const cases: [string, RecoveredRows, object][] = [
    ["nothing", whole, { rowsLost: 0, rpoSeconds: 0, exact: true, onlyTail: true, lastRecovered: row(100) }],
    [
      "nothing, and a row came back whose acknowledgement never arrived",
      { ...whole, count: 101, newest: row(101) },
      { rowsLost: 0, rpoSeconds: 0, exact: true, onlyTail: true, lastRecovered: row(100) },
    ],
    [
      "the last row",
      { count: 99, newest: row(99), reached: row(99), missing: 1, firstMissing: 100, holes: 0 },
      { rowsLost: 1, rpoSeconds: 0.1, exact: true, onlyTail: true, lastRecovered: row(99) },
    ],
    [
      "a tail of 40 rows",
      { count: 60, newest: row(60), reached: row(60), missing: 40, firstMissing: 61, holes: 0 },
      { rowsLost: 40, rpoSeconds: 4, exact: true, onlyTail: true, lastRecovered: row(60) },
    ],
    [
      "a row out of the middle: the clock runs from there",
      { count: 98, newest: row(99), reached: row(49), missing: 2, firstMissing: 50, holes: 1 },
      { rowsLost: 2, rpoSeconds: 5.1, exact: true, onlyTail: false, lastRecovered: row(49) },
    ],
    [
      "everything: at least since the first row",
      { count: 0, newest: null, reached: null, missing: 100, firstMissing: 1, holes: 0 },
      { rowsLost: 100, rpoSeconds: 9.9, exact: false, onlyTail: true, lastRecovered: undefined },
    ],
  ];
  for (const [name, recovered, expected] of cases)
    it(`measures ${name}`, () => {
      assert.deepEqual(measureLoss(acknowledged, recovered), {
        ...expected,
        lastAcknowledged: row(100),
      });
    });
});

describe("question to the recovered database", () => {
  it("names the writer's rows and the last acknowledged number", () => {
    const sql = recoveredRowsSql(nonce, 4123);
    assert.match(sql, /starts_with\(name, 'drill-0123456789abcdef-'\)/);
    assert.match(sql, /generate_series\(1::bigint, 4123\)/);
  });

  for (const [bad, last] of [
    ["x'; drop table users", 1],
    ["ABCDEFGH", 1],
    ["short", 1],
    [nonce, 0],
    [nonce, 1.5],
    [nonce, Number.NaN],
  ] as const)
    it(`refuses nonce "${bad}" with row ${last}`, () => {
      assert.throws(() => recoveredRowsSql(bad, last), /must be/);
    });

  it("reads the answer", () => {
    const answer = { count: 1, newest: row(1), reached: row(1), missing: 0, firstMissing: null, holes: 0 };
    assert.deepEqual(parseRecoveredRows(` ${JSON.stringify(answer)}\n`), answer);
  });

  for (const text of ["", "null", "{}", '{"count":1}', "ERROR: relation does not exist"])
    it(`refuses the answer "${text}"`, () => {
      assert.throws(() => parseRecoveredRows(text), /writer's rows/);
    });
});
