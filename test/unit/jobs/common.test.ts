import assert from "node:assert/strict";
import { concurrently } from "../../../lib/concurrently";
import { Failure, reasonOf } from "../../../lib/failure";
import { formatBytes } from "../../../lib/format";
import { retry } from "../../../lib/retry";
import { waitFor } from "../../../lib/wait";

const silent = (): void => undefined;

describe("failure", () => {
  it("is one sentence with what to do", () => {
    assert.equal(
      new Failure("the\nobject is  missing", "bring it back").message,
      "the object is missing; bring it back",
    );
  });

  it("says why, down to the cause", () => {
    assert.equal(
      reasonOf(new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") })),
      "fetch failed: connect ECONNREFUSED",
    );
    assert.equal(reasonOf(new AggregateError([new Error("a"), new Error("b")])), "a, b");
    assert.equal(reasonOf("text"), "text");
  });
});

describe("format", () => {
  it("prints bytes for people", () => {
    assert.deepEqual([0, 1023, 1024, 1536, 5 * 1024 ** 3].map(formatBytes), [
      "0 B",
      "1023 B",
      "1.0 KiB",
      "1.5 KiB",
      "5.0 GiB",
    ]);
  });
});

describe("attempt", () => {
  it("tries again only what may pass by itself, and not for ever", async () => {
    let count = 0;
    const failing = (): Promise<never> => {
      count += 1;
      return Promise.reject(new Error(`failure ${count}`));
    };
    await assert.rejects(
      retry(2, () => true, silent, failing),
      /failure 2/,
    );
    await assert.rejects(
      retry(5, () => false, silent, failing),
      /failure 3/,
    );
  });
});

describe("waitFor", () => {
  it("gives what was found, or says what did not come", async () => {
    let count = 0;
    const limits = { timeoutMs: 1000, everyMs: 1 };
    const look = (): Promise<string | undefined> => Promise.resolve((count += 1) < 3 ? undefined : "there");
    assert.equal(await waitFor("it", "do", limits, look), "there");
    await assert.rejects(
      waitFor("the server to stop", "look at its log", { timeoutMs: 5, everyMs: 1 }, () =>
        Promise.resolve(undefined),
      ),
      /waited 0 s for the server to stop; look at its log/,
    );
  });
});

describe("concurrently", () => {
  it("does everything, never more than the limit at a time", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await concurrently(2, [1, 2, 3, 4, 5], async (item) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      done.push(item);
    });
    assert.equal(most, 2);
    assert.deepEqual(done.sort(), [1, 2, 3, 4, 5]);
  });

  it("fails with the first failure and starts nothing after it", async () => {
    const started: number[] = [];
    await assert.rejects(
      concurrently(1, [1, 2, 3], (item) => {
        started.push(item);
        return item === 2 ? Promise.reject(new Error("two")) : Promise.resolve();
      }),
      /two/,
    );
    assert.deepEqual(started, [1, 2]);
  });
});
