import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureEntry, entryDir, isCached, prune, removeAbandoned } from "../../../lib/cache";
import { withVariable } from "../../support/variable";

const recipe = { name: "tool", version: "1.0", inputs: { from: "here" } };
/** Beyond the greatest pid that Linux gives. */
const DEAD_PID = 4_194_305;

describe("cache", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "cache-"));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  withVariable("LSTM_PFD_CACHE", () => directory);

  function makeTool(target: string): Promise<void> {
    writeFileSync(join(target, "tool"), "whole");
    return Promise.resolve();
  }

  it("makes an entry once", async () => {
    let made = 0;
    const make = (target: string): Promise<void> => {
      made++;
      return makeTool(target);
    };
    const first = await ensureEntry(recipe, make);
    const second = await ensureEntry(recipe, make);
    assert.equal(first, second);
    assert.equal(made, 1);
    assert.equal(readFileSync(join(first, "tool"), "utf8"), "whole");
  });

  it("has no entry under its name while it is made", async () => {
    await ensureEntry(recipe, async (target) => {
      await makeTool(target);
      assert.equal(isCached(recipe), false);
    });
    assert.equal(isCached(recipe), true);
  });

  it("keeps nothing of an entry whose making failed", async () => {
    const failing = ensureEntry(recipe, async (target) => {
      await makeTool(target);
      throw new Error("disk full");
    });
    await assert.rejects(failing, /disk full/);
    assert.equal(isCached(recipe), false);
    assert.deepEqual(readdirSync(join(directory, "unfinished")), []);
  });

  it("makes an entry anew after a run that was killed in the middle", async () => {
    const left = join(directory, "unfinished", `${DEAD_PID}-tool-a1b2c3`);
    mkdirSync(join(left, "result"), { recursive: true });
    writeFileSync(join(left, "result", "tool"), "half");
    await removeAbandoned();
    assert.equal(existsSync(left), false);
    const entry = await ensureEntry(recipe, makeTool);
    assert.equal(readFileSync(join(entry, "tool"), "utf8"), "whole");
  });

  it("leaves the unfinished work of a running process alone", async () => {
    const other = join(directory, "unfinished", `${process.pid}-tool-a1b2c3`);
    mkdirSync(other, { recursive: true });
    await removeAbandoned();
    assert.equal(existsSync(other), true);
  });

  it("keeps the two newest entries of a name, and those of other names", async () => {
    const entries = [1, 2, 3, 4].map((day) => {
      const entry = entryDir({ ...recipe, inputs: day });
      mkdirSync(entry);
      utimesSync(entry, day * 86_400, day * 86_400);
      return entry;
    });
    const other = entryDir({ ...recipe, name: "tool-kit" });
    mkdirSync(other);
    await prune("tool");
    assert.deepEqual(entries.map(existsSync), [false, false, true, true]);
    assert.equal(existsSync(other), true);
  });

  it("keeps what was used lately, because another checkout may be at work with it", async () => {
    const hour = 3600;
    const entries = [1, 2, 3, 4].map((age) => {
      const entry = entryDir({ ...recipe, inputs: age });
      mkdirSync(entry);
      utimesSync(entry, 1_000_000 - 5 * age * hour, 1_000_000 - 5 * age * hour);
      return entry;
    });
    await prune("tool", 1_000_000_000);
    assert.deepEqual(entries.map(existsSync), [true, true, false, false]);
    mkdirSync(entries[2] ?? "");
    utimesSync(entries[2] ?? "", 1_000_000 - 11 * hour, 1_000_000 - 11 * hour);
    await prune("tool", 1_000_000_000);
    assert.equal(existsSync(entries[2] ?? ""), true);
  });
});
