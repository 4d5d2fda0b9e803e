import assert from "node:assert/strict";
import { UsageError } from "../../../cli/commandLine";
import { exitCodeOf } from "../../../cli/exitCode";

describe("the exit code of a command that has thrown", () => {
  const usage = new UsageError("no such option");
  const failure = new Error("it failed");
  for (const [words, error, code] of [
    [["up"], failure, 1],
    [["up", "--nope"], usage, 2],
    [[], usage, 2],
    // 1 and 2 are answers there.
    [["status"], failure, 3],
    [["status", "--nope"], usage, 64],
    [["--nope", "status"], usage, 64],
    [["up", "--stack", "status"], usage, 2],
  ] as const)
    it(`is ${code} for ${words.join(" ") || "nothing"} and ${error === usage ? "a wrong command line" : "a failure"}`, () => {
      assert.equal(exitCodeOf(words, error, false), code);
    });

  it("is 130 for whatever a person has stopped", () => {
    assert.equal(exitCodeOf(["status"], failure, true), 130);
  });
});
