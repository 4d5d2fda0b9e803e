import { reasonOf } from "../../lib/failure";
import type { Asked } from "../../plan/doctor/asked";

/** There is nothing that could be asked, which is no fault: no domain, no cluster of one's own. */
export class NothingToAsk extends Error {}

/**
 * Asks something, and never throws: what fails, or takes longer than it may, is not known, with the reason.
 * @param limitMs milliseconds
 * @throws the reason of the signal alone, when a person stops it
 */
export async function ask<T>(
  signal: AbortSignal,
  limitMs: number,
  question: (signal: AbortSignal) => T | Promise<T>,
): Promise<Asked<T>> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitMs / 1000} s`));
      stop.abort();
    }, limitMs);
  });
  const stopped = new Promise<never>((_, reject) => {
    limited.addEventListener(
      "abort",
      () => {
        reject(limited.reason as Error);
      },
      { once: true },
    );
  });
  try {
    return {
      state: "known",
      value: await Promise.race([Promise.resolve().then(() => question(limited)), late, stopped]),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { state: error instanceof NothingToAsk ? "none" : "unknown", why: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
