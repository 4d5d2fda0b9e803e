import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "./progress";

/** Who holds the lock. The start time tells a process from a later one with the same pid. */
export interface Holder {
  pid: number;
  startTime: string;
  token: string;
}

const POLL_MS = 500;

/**
 * Runs `work` while this process alone holds the lock of a directory.
 * Waits for a holder that lives, as a step of its own; takes over from one that has died.
 * @param doing what a holder does, as in "prepares the toolchain"
 */
export async function withLock<T>(
  directory: string,
  doing: string,
  progress: Progress,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = join(directory, "lock");
  const wait = (holder: Holder): Promise<void> =>
    progress.step(`Waiting for another run (pid ${holder.pid}) that ${doing}`, () =>
      untilGone(lock, holder, signal),
    );
  return holdingLock(lock, wait, work);
}

/**
 * Runs `work` while this process alone holds a lock file; takes over from a holder that has died.
 * @param wait called as often as another one holds it
 */
export async function holdingLock<T>(
  lock: string,
  wait: (holder: Holder) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true });
  const mine: Holder = { pid: process.pid, startTime: startTimeOf(process.pid) ?? "", token: randomUUID() };
  for (let holder = tryLock(lock, mine); holder !== undefined; holder = tryLock(lock, mine))
    await wait(holder);
  try {
    return await work();
  } finally {
    if (readHolder(lock)?.token === mine.token) rmSync(lock, { force: true });
  }
}

async function untilGone(lock: string, holder: Holder, signal?: AbortSignal): Promise<void> {
  while (isAlive(holder) && readHolder(lock)?.token === holder.token) {
    await sleep(POLL_MS, undefined, signal ? { signal } : {});
  }
}

/**
 * Takes a lock file, also from a holder that has died.
 * @returns nothing when it is taken, the living holder when it is not
 */
export function tryLock(lock: string, mine: Holder): Holder | undefined {
  // A link appears with its content, and fails when the name exists: no half-written lock, no second holder.
  const offer = `${lock}.${mine.token}`;
  writeFileSync(offer, JSON.stringify(mine));
  try {
    for (;;) {
      try {
        linkSync(offer, lock);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = readHolder(lock);
      if (holder && isAlive(holder)) return holder;
      removeStale(lock, holder, `${offer}.stale`);
    }
  } finally {
    rmSync(offer, { force: true });
  }
}

/** Two runs may find the same stale lock: the slower one must not remove what the faster one has taken. */
function removeStale(lock: string, stale: Holder | undefined, aside: string): void {
  try {
    renameSync(lock, aside);
    if (readHolder(aside)?.token !== stale?.token) linkSync(aside, lock);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(lock: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(lock, "utf8")) as Partial<Holder>;
    if (!value.pid || value.startTime === undefined || !value.token) return undefined;
    return { pid: value.pid, startTime: value.startTime, token: value.token };
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  return startTimeOf(holder.pid) === holder.startTime;
}

/** Clock ticks from boot to the start of a process, with the boot's id; nothing when it does not run. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${boot}/${fields[19] ?? ""}`;
  } catch {
    return undefined;
  }
}
