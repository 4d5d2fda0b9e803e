import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  sandboxDir,
  livingFirstProcess,
  parseRecord,
  recordedPurpose,
} from "../../../../local-cloud/sandbox/record";
import { startTimeOf } from "../../../../lib/lock";

describe("record of a first process", () => {
  const before = process.env["LSTM_PFD_STATE"];
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "sandboxes-"));
    process.env["LSTM_PFD_STATE"] = state;
    mkdirSync(sandboxDir("a"), { recursive: true });
  });
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, "LSTM_PFD_STATE");
    else process.env["LSTM_PFD_STATE"] = before;
    rmSync(state, { recursive: true });
  });

  const record = (text: string): void => {
    writeFileSync(join(sandboxDir("a"), "init.json"), text);
  };

  it("stands for a process that lives", () => {
    const me = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "" };
    record(JSON.stringify(me));
    assert.deepEqual(livingFirstProcess("a"), me);
  });

  const dead: [string, string][] = [
    ["a later process with the same pid", JSON.stringify({ pid: process.pid, startTime: "boot/1" })],
    ["no process", JSON.stringify({ pid: 2 ** 22 + 1, startTime: "boot/1" })],
    ["a file that was cut off", '{"pid":1'],
    ["another file", "{}"],
  ];
  for (const [what, text] of dead) {
    it(`stands for nothing with ${what}`, () => {
      record(text);
      assert.equal(livingFirstProcess("a"), undefined);
    });
  }

  it("stands for nothing without a file", () => {
    assert.equal(livingFirstProcess("b"), undefined);
    assert.equal(recordedPurpose("b"), undefined);
  });

  it("is read as the first process writes it", () => {
    assert.deepEqual(parseRecord('{"pid":42,"startTime":"boot/77"}\n'), { pid: 42, startTime: "boot/77" });
  });

  it("goes with what the sandbox is for", () => {
    writeFileSync(join(sandboxDir("a"), "purpose"), "object store\n");
    assert.equal(recordedPurpose("a"), "object store");
  });
});
