import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { stateDir } from "../../lib/paths";
import { startTimeOf } from "../../lib/lock";

/** First process of a sandbox, as it wrote itself down. */
export interface FirstProcess {
  /** Pid on the host. */
  pid: number;
  /** Tells it from a later process with the same pid, as `startTimeOf` does. */
  startTime: string;
}

/** Where what is needed to run a sandbox is kept; its data is elsewhere. */
export function sandboxDir(name: string): string {
  // Named so from the first version on, so that what that one made is still found.
  return join(stateDir(), "compartments", name);
}

/** Reads a record; nothing when it is none. */
export function parseRecord(text: string): FirstProcess | undefined {
  try {
    const { pid, startTime } = JSON.parse(text) as Partial<FirstProcess>;
    return typeof pid === "number" && typeof startTime === "string" ? { pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}

/** The first process of a sandbox while it lives. */
export function livingFirstProcess(name: string): FirstProcess | undefined {
  const record = parseRecord(readOrNothing(join(sandboxDir(name), "init.json")));
  return record && startTimeOf(record.pid) === record.startTime ? record : undefined;
}

/** What a sandbox is for, as written when it was started; nothing when there is none of this name. */
export function recordedPurpose(name: string): string | undefined {
  return readOrNothing(join(sandboxDir(name), "purpose")).trim() || undefined;
}

/** Reads a small file; empty when it is not there. */
export function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** Whether a process has a network namespace of its own. */
export function hasOwnNetwork(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync("/proc/self/ns/net");
  } catch {
    return false;
  }
}
