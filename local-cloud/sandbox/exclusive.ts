import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { holdingLock } from "../../lib/lock";
import { stateDir } from "../../lib/paths";

const POLL_MS = 200;

/**
 * Runs `work` while no other process works on the sandbox of this name. Waits for one that does; one that has
 * died holds nothing.
 * @param waiting hears for whom it waits
 */
export async function exclusively<T>(
  name: string,
  signal: AbortSignal,
  waiting: (text: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const wait = async ({ pid }: { pid: number }): Promise<void> => {
    waiting(`waiting for process ${pid}, which works on ${name}`);
    await sleep(POLL_MS, undefined, { signal });
  };
  return holdingLock(join(stateDir(), "locks", name), wait, work);
}
