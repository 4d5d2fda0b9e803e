import { setTimeout as sleep } from "node:timers/promises";
import { Failure, reasonOf } from "./failure";

/**
 * Waits until `look` gives something.
 * @param what as in "the server to accept connections"
 * @param remedy what to do when it never does
 * @throws Failure when `timeoutMs` is over
 */
export async function waitFor<T>(
  what: string,
  remedy: string,
  limits: { timeoutMs: number; everyMs: number },
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + limits.timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline)
      throw new Failure(`waited ${Math.round(limits.timeoutMs / 1000)} s for ${what}`, remedy);
    await sleep(limits.everyMs);
  }
}

/**
 * Tries a few times with growing pauses.
 * @param again whether the error may pass by itself
 * @param pauseMs length of the first pause
 */
export async function attempt<T>(
  times: number,
  again: (error: unknown) => boolean,
  log: (line: string) => void,
  action: () => Promise<T>,
  pauseMs = 1000,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await action();
    } catch (error) {
      if (count >= times || !again(error)) throw error;
      log(`attempt ${count} of ${times} failed (${reasonOf(error)}), trying again`);
      await sleep(pauseMs * count * count);
    }
  }
}
