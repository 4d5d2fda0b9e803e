import { readFileSync } from "node:fs";

const EVERY_MS = 1000;

/**
 * Watches how much memory the machine gives to the drill: available memory at the start less the lowest since then, in bytes.
 * What else runs on the machine counts too.
 */
export function watchMemory(available: () => number = availableMemory): {
  peak: () => number;
  stop: () => void;
} {
  const atStart = available();
  let lowest = atStart;
  const timer = setInterval(() => {
    lowest = Math.min(lowest, available());
  }, EVERY_MS);
  timer.unref();
  return {
    peak: () => atStart - lowest,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Bytes that the kernel could give out without swapping. @throws Error where the kernel does not say */
export function availableMemory(meminfo = readFileSync("/proc/meminfo", "utf8")): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  if (kilobytes === undefined) throw new Error("/proc/meminfo does not tell the available memory");
  return Number(kilobytes) * 1024;
}
