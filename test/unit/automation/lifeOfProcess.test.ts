import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lifeOfProcess } from "../../../automation/lifeOfProcess";

const boot = Date.parse("2026-11-26T06:00:00Z");
const minutes = (count: number): number => count * 60_000;

describe("the life of a process", () => {
  let proc = "";
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), "proc-"));
    writeFileSync(join(proc, "stat"), `cpu 1 2\nbtime ${boot / 1000}\n`);
  });
  afterEach(() => {
    rmSync(proc, { recursive: true });
  });

  function runs(pid: number, startMs: number, state = "S"): void {
    mkdirSync(join(proc, String(pid)));
    const fields = [state, ...Array<string>(18).fill("0"), String(startMs / 10), "0"];
    writeFileSync(join(proc, String(pid), "stat"), `${pid} (a) name) ${fields.join(" ")}\n`);
  }

  for (const [what, initMs, process_, seenMs, expected] of [
    ["runs", 0, { startMs: minutes(20) }, minutes(21), "alive"],
    ["is not there", 0, undefined, minutes(21), "dead"],
    ["has ended and waits for its parent", 0, { startMs: minutes(20), state: "Z" }, minutes(21), "dead"],
    ["has given its number to a later one", 0, { startMs: minutes(60) }, minutes(21), "dead"],
    ["may be the same, as clocks go", 0, { startMs: minutes(24) }, minutes(21), "alive"],
    ["was of the boot before", 0, { startMs: minutes(6) }, minutes(-60), "dead"],
    ["was of this container", minutes(30), undefined, minutes(40), "dead"],
    ["was of an earlier container of this name", minutes(30), undefined, minutes(21), "unknown"],
  ] as const)
    it(`${what}: ${expected}`, () => {
      runs(1, initMs);
      if (process_ !== undefined) runs(42, process_.startMs, "state" in process_ ? process_.state : "S");
      assert.equal(lifeOfProcess(42, new Date(boot + seenMs), proc), expected);
    });

  it("is known of this host's own", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(lifeOfProcess(process.pid, new Date()), "alive");
    assert.equal(lifeOfProcess(pid, new Date()), "dead");
    for (const [of, expected] of [
      [process.pid, "alive"],
      [pid, "dead"],
    ] as const)
      assert.equal(lifeOfProcess(of, new Date(), join(proc, "none")), expected);
  });
});
