import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { sideBySide } from "../../../lib/concurrently";

describe("work side by side", () => {
  const never = new AbortController().signal;

  it("ends when all of it has ended", async () => {
    const done: string[] = [];
    const work = (name: string, ms: number) => async () => {
      await sleep(ms);
      done.push(name);
    };
    await sideBySide(never, [work("slow", 10), work("fast", 0)]);
    assert.deepEqual(done, ["fast", "slow"]);
  });

  it("stops the others after a failure, waits for them, and throws the failure", async () => {
    let stopped = false;
    const patient = async (signal: AbortSignal): Promise<void> => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      await sleep(5);
      stopped = true;
      throw new Error("stopped too");
    };
    const failing = (): Promise<void> => Promise.reject(new Error("no network"));
    await assert.rejects(sideBySide(never, [patient, failing]), /no network/);
    assert.equal(stopped, true);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const waiting = sideBySide(stop.signal, [(signal) => sleep(60_000, undefined, { signal })]);
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
  });
});
