import { readFileSync } from "node:fs";

/** What is known about a process of this host. "unknown" counts as alive wherever something would be taken from it. */
export type LifeOfProcess = "alive" | "dead" | "unknown";

/** Clock ticks in a second, of all Linux. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = 100;
/** How far clock and boot time may be apart: the clock is set after the boot. */
const DOUBT_MS = 5 * 60_000;

/**
 * Whether a process that was at work at a time still runs. A process of its number that began later is another one. In a
 * container that has been started since, nothing is known: the process may run in another one of the same name.
 * @param seenAt when it certainly ran
 * @param proc the host's process file system; @default "/proc"
 */
export function lifeOfProcess(pid: number, seenAt: Date, proc = "/proc"): LifeOfProcess {
  const boot = bootTime(proc);
  if (boot === undefined) return signalled(pid);
  const init = startTime(1, proc);
  const inContainer = init === undefined || init > DOUBT_MS;
  if (inContainer && (init === undefined || boot + init > seenAt.getTime())) return "unknown";
  const started = startTime(pid, proc);
  if (started === undefined) return "dead";
  return boot + started > seenAt.getTime() + DOUBT_MS ? "dead" : "alive";
}

/** Where there is no process file system: a signal that does nothing finds out. */
function signalled(pid: number): LifeOfProcess {
  try {
    process.kill(pid, 0);
    return "alive";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "dead" : "alive";
  }
}

/** Milliseconds since 1970. */
function bootTime(proc: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(read(`${proc}/stat`) ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Milliseconds from boot to the start of a process; nothing when it does not run. */
function startTime(pid: number, proc: string): number | undefined {
  const status = read(`${proc}/${pid}/stat`);
  if (status === undefined) return undefined;
  // The name stands in brackets and may hold anything.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : (Number(fields[19]) * 1000) / TICKS;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
