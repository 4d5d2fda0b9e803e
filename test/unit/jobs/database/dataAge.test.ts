import assert from "node:assert/strict";
import { ageProblem, type DataAge, heartbeatProblem } from "../../../../jobs/database/dataAge";

const archivedAt = new Date("2026-01-02T12:00:00Z");
const age = (ageSeconds: number): DataAge => ({
  segment: "0000000100000000000000A0",
  archivedAt,
  ageSeconds,
});
const hour = 3600;

describe("the age of the data", () => {
  const cases: [what: string, ageSeconds: number, max: number, accept: number, goesOn: boolean][] = [
    ["of a minute", 60, 4 * hour, 0, true],
    ["just within the limit", 4 * hour, 4 * hour, 0, true],
    ["a second above it", 4 * hour + 1, 4 * hour, 0, false],
    ["of a weekend", 60 * hour, 4 * hour, 0, false],
    ["of a weekend, accepted", 60 * hour, 4 * hour, 61 * hour, true],
    ["of a weekend, accepted for less", 60 * hour, 4 * hour, 59 * hour, false],
  ];
  for (const [what, ageSeconds, maxDataAgeSeconds, acceptDataAge, goesOn] of cases)
    it(`${goesOn ? "lets" : "does not let"} a recovery go on: ${what}`, () => {
      const problem = ageProblem(age(ageSeconds), { maxDataAgeSeconds, acceptDataAge });
      assert.equal(problem === undefined, goesOn);
    });

  it("is said with the segment, its time, the loss and the word that lets it pass", () => {
    const problem = ageProblem(age(60 * hour + 5), { maxDataAgeSeconds: 4 * hour, acceptDataAge: 0 });
    assert.match(
      problem?.reason ?? "",
      /newest archived segment is 0000000100000000000000A0, archived at 2026-01-02T12:00:00.000Z \(the store's clock\), 2 d 12 h ago: what was committed since then is lost; .*maxDataAgeSeconds allows \(14400\)/,
    );
    assert.match(problem?.remedy ?? "", /died on Friday, rebuilt on Monday.*acceptDataAge 219600$/);
  });
});

describe("the newest heartbeat", () => {
  const problem = (secondsBefore: number, acceptDataAge = 0, now = new Date("2026-01-02T12:01:00Z")) =>
    heartbeatProblem(age(60), new Date(archivedAt.getTime() - secondsBefore * 1000), {
      archiveTimeoutSeconds: 50,
      acceptDataAge,
      now,
    });

  for (const seconds of [0, 30, 100, -100])
    it(`fits a segment that was archived ${seconds} s after it`, () => {
      assert.equal(problem(seconds), undefined);
    });

  it("does not fit one that was archived much later: archiving had fallen behind", () => {
    assert.match(
      problem(101)?.reason ?? "",
      /1 min 41 s before its newest segment was archived .*fallen behind/,
    );
    assert.match(problem(5000)?.remedy ?? "", /acceptDataAge 7200/);
    assert.equal(problem(5000, 7200), undefined);
    assert.notEqual(problem(5000, 3600), undefined);
  });

  it("does not fit one that was archived before it: a clock was wrong", () => {
    assert.match(
      problem(-200)?.reason ?? "",
      /3 min 20 s after .*the clock of the lost site, or that of the store/,
    );
    assert.equal(problem(-200, 3600), undefined);
  });
});
