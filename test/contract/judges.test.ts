import assert from "node:assert/strict";
import { assertAccepted } from "./judges";

describe("what stays of a judge's findings", () => {
  const finding = { check: "A1", subject: "bucket", text: "a bucket without a log" };
  const accepted = { check: "A1", subject: "bucket", reason: "the account's own trail tells the same" };

  it("is what was found before, each with a reason", () => {
    assertAccepted("judge", [finding], [accepted]);
    assert.throws(() => {
      assertAccepted("judge", [finding], [{ ...accepted, reason: "later" }]);
    }, /A1 of bucket is accepted without a reason/);
  });

  for (const [what, findings, words] of [
    ["a new finding", [finding, { ...finding, subject: "copy" }], /new: A1 of copy: a bucket without a log/],
    ["another rule for the same", [finding, { ...finding, check: "A2" }], /new: A2 of bucket/],
    ["an entry that nothing objects to any more", [], /no longer found.*: A1 of bucket/],
  ] as const)
    it(`is no place for ${what}`, () => {
      assert.throws(() => {
        assertAccepted("judge", findings, [accepted]);
      }, words);
    });
});
