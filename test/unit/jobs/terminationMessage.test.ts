import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fitTerminationMessage, writeTerminationMessage } from "../../../jobs/terminationMessage";

describe("termination message", () => {
  it("leaves a short text as it is", () => {
    assert.equal(fitTerminationMessage("short"), "short");
  });

  it("cuts a long text to the limit, at a whole character", () => {
    for (let length = 20; length < 30; length += 1) {
      const cut = fitTerminationMessage("ü".repeat(40), length);
      assert.ok(Buffer.byteLength(cut) <= length, `${length}`);
      assert.match(cut, /^ü+…$/);
    }
  });

  it("replaces the file that is there, and does nothing where there is none", () => {
    const directory = mkdtempSync(join(tmpdir(), "termination-"));
    try {
      const file = join(directory, "log");
      writeFileSync(file, "an older and longer message");
      writeTerminationMessage("new", file);
      assert.equal(readFileSync(file, "utf8"), "new");
      writeTerminationMessage("new", join(directory, "absent"));
      assert.throws(() => readFileSync(join(directory, "absent")));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
