import assert from "node:assert/strict";
import { formatDuration } from "../../../../policies/shared/formatDuration";

describe("formatDuration", () => {
  const cases: [seconds: number, text: string][] = [
    [0, "0 s"],
    [59.6, "1 min"],
    [90, "1 min 30 s"],
    [3600, "1 h"],
    [93_600, "1 d 2 h"],
  ];
  for (const [seconds, text] of cases)
    it(`writes ${seconds} as ${text}`, () => {
      assert.equal(formatDuration(seconds), text);
    });
});
