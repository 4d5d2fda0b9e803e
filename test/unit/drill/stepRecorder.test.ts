import assert from "node:assert/strict";
import { availableMemory, watchMemory } from "../../../drill/memoryPeak";
import { drillSetup } from "../../../drill/setup";
import { StepRecorder } from "../../../drill/stepRecorder";
import { silentProgress } from "../../support/silentProgress";

describe("steps of a drill", () => {
  it("are recorded in their order, with how they ended", async () => {
    const recorder = new StepRecorder(["one", "two", "three"], silentProgress);
    assert.equal(await recorder.step("one", () => Promise.resolve(1)), 1);
    await assert.rejects(
      recorder.step("two", () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.deepEqual(
      recorder.steps().map(({ name, outcome }) => [name, outcome]),
      [
        ["one", "done"],
        ["two", "failed"],
        ["three", "not reached"],
      ],
    );
    assert.ok((recorder.steps()[0]?.seconds ?? -1) >= 0);
  });

  it("must be planned", async () => {
    await assert.rejects(
      new StepRecorder(["one"], silentProgress).step("two", () => Promise.resolve()),
      /"two" is no step/,
    );
  });
});

describe("memory of a drill", () => {
  it("is what became unavailable", async () => {
    const readings = [1000, 400, 700];
    const memory = watchMemory(() => readings.shift() ?? 700);
    await new Promise((resolve) => setTimeout(resolve, 2300));
    memory.stop();
    assert.equal(memory.peak(), 600);
  });

  it("is read from the kernel", () => {
    assert.equal(availableMemory("MemFree: 1 kB\nMemAvailable:   2048 kB\n"), 2048 * 1024);
    assert.throws(() => availableMemory("MemFree: 1 kB\n"), /does not tell/);
  });
});

describe("place of a drill", () => {
  it("has ports of its own, all different", async () => {
    const { objectStore, siteA, siteB } = await drillSetup("drill", "/nowhere/drill");
    const ports = [objectStore.port, siteA.apiPort, siteB.apiPort];
    assert.equal(new Set(ports).size, 3);
    for (const port of ports) assert.ok(port > 1023, String(port));
    assert.notEqual(siteA.directory, siteB.directory);
  });
});
