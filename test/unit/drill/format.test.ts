import assert from "node:assert/strict";
import { formatClock, formatCount, formatSeconds, formatTime, orNotMeasured } from "../../../drill/format";

describe("figures for people", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [0.004, "0 s"],
    [0.42, "0.42 s"],
    [9.99, "9.99 s"],
    [9.996, "10 s"],
    [12.34, "12.3 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min"],
    [61, "1 min 01 s"],
    [192.4, "3 min 12 s"],
    [3599.6, "1 h"],
    [3840, "1 h 04 min"],
  ];
  for (const [seconds, text] of cases)
    it(`prints ${seconds} seconds as ${text}`, () => {
      assert.equal(formatSeconds(seconds), text);
    });

  it("tells 0 from unknown", () => {
    assert.equal(orNotMeasured(0, formatSeconds), "0 s");
    assert.equal(orNotMeasured(undefined, formatSeconds), "not measured");
  });

  it("prints counts and times", () => {
    assert.equal(formatCount(1234567), "1,234,567");
    assert.equal(formatTime("2026-11-24T10:15:02.341Z"), "2026-11-24 10:15:02 UTC");
    assert.equal(formatClock("2026-11-24T10:15:02.341Z"), "10:15:02.341");
  });
});
