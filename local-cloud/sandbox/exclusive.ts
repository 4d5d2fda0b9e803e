import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateDir } from "../../lib/paths";
import { startTimeOf, tryLock } from "../../lib/lock";

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
  const directory = join(stateDir(), "locks");
  mkdirSync(directory, { recursive: true });
  const lock = join(directory, name);
  const mine = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "", token: randomUUID() };
  for (;;) {
    signal.throwIfAborted();
    const holder = tryLock(lock, mine);
    if (holder === undefined) break;
    waiting(`waiting for process ${holder.pid}, which works on ${name}`);
    await sleep(POLL_MS, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
