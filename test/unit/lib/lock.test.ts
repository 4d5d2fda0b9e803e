import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../../lib/progress";
import { startTimeOf, tryLock, withLock, type Holder } from "../../../lib/lock";

const me = (token: string): Holder => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid) ?? "",
  token,
});

describe("lock", () => {
  let directory: string;
  let lock: string;
  let child: ChildProcess | undefined;
  let steps: string[];
  const progress: Progress = {
    step: (name, work) => {
      steps.push(name);
      return work(() => undefined);
    },
    plan: () => undefined,
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-"));
    lock = join(directory, "lock");
    steps = [];
  });
  afterEach(() => {
    child?.kill("SIGKILL");
    child = undefined;
    rmSync(directory, { recursive: true });
  });

  function livingHolder(): Holder {
    child = spawn("sleep", ["60"]);
    const pid = child.pid ?? 0;
    return { pid, startTime: startTimeOf(pid) ?? "", token: "theirs" };
  }

  it("is taken when nobody holds it", () => {
    assert.equal(tryLock(lock, me("mine")), undefined);
    assert.equal((JSON.parse(readFileSync(lock, "utf8")) as Holder).token, "mine");
  });

  it("is not taken from a process that lives", () => {
    const holder = livingHolder();
    writeFileSync(lock, JSON.stringify(holder));
    assert.deepEqual(tryLock(lock, me("mine")), holder);
  });

  const stale: [string, () => string][] = [
    [
      "a dead process",
      () => JSON.stringify({ pid: spawnSync("true").pid, startTime: "gone", token: "theirs" }),
    ],
    [
      "an earlier process with a pid that lives",
      () => JSON.stringify({ ...me("theirs"), startTime: "other" }),
    ],
    ["a file that is no lock", () => "{"],
  ];
  for (const [what, content] of stale) {
    it(`is taken over from ${what}`, () => {
      writeFileSync(lock, content());
      assert.equal(tryLock(lock, me("mine")), undefined);
      assert.equal((JSON.parse(readFileSync(lock, "utf8")) as Holder).token, "mine");
      assert.deepEqual(readdirSync(directory), ["lock"]);
    });
  }

  it("is free again after the work, also when that fails", async () => {
    await assert.rejects(
      withLock(directory, "prepares the toolchain", progress, () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.equal(existsSync(lock), false);
    assert.deepEqual(steps, []);
  });

  it("makes a second run wait and say for whom", async () => {
    const holder = livingHolder();
    writeFileSync(lock, JSON.stringify(holder));
    let worked = false;
    const second = withLock(directory, "prepares the toolchain", progress, () => {
      worked = true;
      return Promise.resolve();
    });
    assert.equal(worked, false);
    assert.deepEqual(steps, [`Waiting for another run (pid ${holder.pid}) that prepares the toolchain`]);
    rmSync(lock);
    await second;
    assert.equal(worked, true);
  });

  it("stops waiting when it is aborted", async () => {
    writeFileSync(lock, JSON.stringify(livingHolder()));
    const stop = new AbortController();
    const waiting = withLock(
      directory,
      "prepares the toolchain",
      progress,
      () => Promise.resolve(),
      stop.signal,
    );
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    assert.equal(existsSync(lock), true);
  });
});
