import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure";

const DEFAULT_EVERY_MS = 250;

/** How long to wait for something, and how often to look, in milliseconds. */
export interface WaitLimits {
  timeoutMs: number;
  everyMs: number;
}

/**
 * Waits until `look` gives something.
 * @param what as in "the server to accept connections"
 * @param remedy what to do when it never does
 * @throws Failure when `timeoutMs` is over, and what `look` throws
 */
export async function waitFor<T>(
  what: string,
  remedy: string,
  limits: WaitLimits,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + limits.timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Failure(waited(what, limits), remedy);
    await sleep(limits.everyMs);
  }
}

/**
 * Calls `action` until it no longer throws.
 * @param what names the thing that is waited for, as in "the API server to answer"
 * @param limits in milliseconds; `everyMs` @default 250
 * @throws Error that names `what` and the last reason, once `timeoutMs` is over
 */
export async function waitForSuccess<T>(
  what: string,
  limits: { timeoutMs: number; everyMs?: number },
  action: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + limits.timeoutMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`${waited(what, limits)}: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(limits.everyMs ?? DEFAULT_EVERY_MS);
    }
  }
}

function waited(what: string, { timeoutMs }: { timeoutMs: number }): string {
  return `waited ${Math.round(timeoutMs / 1000)} s for ${what}`;
}
