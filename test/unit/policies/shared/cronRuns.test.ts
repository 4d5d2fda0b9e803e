import assert from "node:assert/strict";
import { largestGapSeconds, runsOfYear, smallestGapSeconds } from "../../../../policies/shared/cronRuns";

const from = new Date("2026-01-01T00:00:00Z");
const runs = (expression: string, timeZone?: string): string[] =>
  runsOfYear({ expression, timeZone }, from).map((run) => new Date(run).toISOString().slice(0, 16));

describe("runsOfYear", () => {
  const firsts: [expression: string, ...first: string[]][] = [
    ["0 2 * * *", "2026-01-01T02:00", "2026-01-02T02:00"],
    ["30 */8 * * *", "2026-01-01T00:30", "2026-01-01T08:30", "2026-01-01T16:30", "2026-01-02T00:30"],
    ["@daily", "2026-01-01T00:00", "2026-01-02T00:00"],
    ["@weekly", "2026-01-04T00:00", "2026-01-11T00:00"],
    ["0 0 * * SUN", "2026-01-04T00:00", "2026-01-11T00:00"],
    ["0 0 ? FEB 1-5", "2026-02-02T00:00", "2026-02-03T00:00"],
    ["0 0 13 * 5", "2026-01-02T00:00", "2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"],
    // A star with a step is no bare star: one of the two fields is enough.
    ["0 0 */2 * 5", "2026-01-01T00:00", "2026-01-02T00:00", "2026-01-03T00:00", "2026-01-05T00:00"],
    ["@midnight", "2026-01-01T00:00", "2026-01-02T00:00"],
    ["@every 6h", "2026-01-01T00:00", "2026-01-01T06:00"],
    ["@every 1h30m", "2026-01-01T00:00", "2026-01-01T01:30"],
    ["5/20 * * * *", "2026-01-01T00:05", "2026-01-01T00:25", "2026-01-01T00:45", "2026-01-01T01:05"],
  ];
  for (const [expression, ...first] of firsts)
    it(`reads ${expression}`, () => {
      assert.deepEqual(runs(expression).slice(0, first.length), first);
    });

  it("covers a year", () => {
    assert.equal(runs("0 2 * * *").length, 366);
    assert.equal(runs("*/5 * * * *").length, 366 * 288);
    assert.equal(runs("0 2 */2 * 3").length, 213);
  });

  it("has no run at a time that summer time leaves out, and two at one that comes twice", () => {
    const berlin = runs("30 2 * * *", "Europe/Berlin");
    assert.deepEqual(
      berlin.filter((run) => run > "2026-03-28" && run < "2026-03-31"),
      ["2026-03-28T01:30", "2026-03-30T00:30"],
    );
    assert.deepEqual(
      berlin.filter((run) => run > "2026-10-24" && run < "2026-10-26"),
      ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-25T01:30"],
    );
    assert.equal(
      largestGapSeconds(runsOfYear({ expression: "30 2 * * *", timeZone: "Europe/Berlin" }, from)),
      47 * 3600,
    );
    // Half an hour of summer time; a change at midnight.
    assert.ok(!runs("15 2 * * *", "Australia/Lord_Howe").includes("2026-10-03T15:45"));
    assert.ok(!runs("0 0 * * *", "Africa/Cairo").some((run) => run.startsWith("2026-04-23T22")));
  });

  it("follows the time zone through summer time", () => {
    const berlin = runs("0 2 * * *", "Europe/Berlin");
    assert.equal(berlin[0], "2026-01-01T01:00");
    assert.ok(berlin.includes("2026-07-01T00:00"));
    assert.equal(runs("0 0 * * *", "Asia/Kolkata")[0], "2026-01-01T18:30");
    assert.equal(runs("0 0 * * *", "America/New_York")[0], "2026-01-01T05:00");
  });

  const refused: [expression: string, message: RegExp][] = [
    ["0 2 * *", /five fields/],
    ["0 0 2 * * *", /five fields/],
    ["60 * * * *", /range 0-59/],
    ["0 2 * * 7", /range 0-6/],
    ["0 2 0 * *", /range 1-31/],
    ["0 5-2 * * *", /ends before it begins/],
    ["*/0 * * * *", /step of 0/],
    ["@weekdays", /no name that Kubernetes knows/],
    ["@minutely", /no name that Kubernetes knows/],
    ["@every day", /no duration/],
    ["0 0 L * *", /signs that Kubernetes does not know/],
    ["0 0 * * 5#2", /signs that Kubernetes does not know/],
    ["H 2 * * *", /signs that Kubernetes does not know/],
    ["", /five fields/],
  ];
  for (const [expression, message] of refused)
    it(`refuses "${expression}"`, () => {
      assert.throws(() => runs(expression), message);
    });

  it("refuses a time zone that is not one", () => {
    assert.throws(() => runs("0 2 * * *", "Mars/Olympus"), /Mars\/Olympus/);
  });
});

describe("gaps", () => {
  const gaps: [title: string, runs: number[], largest: number, smallest: number][] = [
    ["of no runs", [], Infinity, Infinity],
    ["of one run", [0], Infinity, Infinity],
    ["of two runs, in whatever order", [9000, 1000], 8, 8],
    ["of several", [0, 1000, 5000, 7000], 4, 1],
  ];
  for (const [title, instants, largest, smallest] of gaps)
    it(title, () => {
      assert.equal(largestGapSeconds(instants), largest);
      assert.equal(smallestGapSeconds(instants), smallest);
    });
});
