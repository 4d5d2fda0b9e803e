import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "./failure";

/**
 * Tries a few times with growing pauses.
 * @param again whether the error may pass by itself
 * @param pauseMs length of the first pause, in milliseconds @default a second
 * @throws the last error
 */
export async function retry<T>(
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
