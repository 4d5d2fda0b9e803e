import assert from "node:assert/strict";
import { ask, NothingToAsk } from "../../../../automation/doctor/ask";

const { signal } = new AbortController();

describe("doctor: one question", () => {
  it("has its answer", async () => {
    assert.deepEqual(await ask(signal, 1000, () => 7), { state: "known", value: 7 });
    assert.deepEqual(await ask(signal, 1000, () => Promise.resolve(7)), { state: "known", value: 7 });
  });

  it("is not known when it fails, at once or later", async () => {
    const failing = (): number => {
      throw new Error("no\nway");
    };
    const expected = { state: "unknown", why: "no way" };
    assert.deepEqual(await ask(signal, 1000, failing), expected);
    assert.deepEqual(await ask(signal, 1000, () => Promise.reject(new Error("no way"))), expected);
  });

  it("is no fault where there is nothing to ask", async () => {
    const nothing = (): never => {
      throw new NothingToAsk("no domain");
    };
    assert.deepEqual(await ask(signal, 1000, nothing), { state: "none", why: "no domain" });
  });

  it("is given up when nobody answers, and whoever works on it is told", async () => {
    let told: AbortSignal | undefined;
    const silent = (limited: AbortSignal): Promise<never> => {
      told = limited;
      return new Promise(() => undefined);
    };
    assert.deepEqual(await ask(signal, 1, silent), { state: "unknown", why: "no answer within 0.001 s" });
    assert.equal(told?.aborted, true);
  });

  it("ends with the reason of a person who stops it", async () => {
    const stop = new AbortController();
    const asked = ask(stop.signal, 60_000, () => new Promise(() => undefined));
    stop.abort(new Error("stopped by SIGINT"));
    await assert.rejects(asked, /stopped by SIGINT/);
  });
});
