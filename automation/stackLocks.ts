import { readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import { projectName } from "../config/config";
import { quoted } from "../lib/shell";
import { lifeOfProcess, type LifeOfProcess } from "./lifeOfProcess";

/** What the engine writes into a lock of a file backend. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  /** ISO time at which it was taken. */
  timestamp: string;
}

/** How it is found out who lives; replaced by tests. */
export interface Host {
  name: string;
  life: (pid: number, seenAt: Date) => LifeOfProcess;
}

/**
 * Takes away the locks of a stack whose process on this host is certainly dead, as after `kill -9`. Those of other hosts, of
 * processes that live or may live, and of any backend that is no directory stay.
 * @param backendUrl as `PULUMI_BACKEND_URL`
 * @returns one line for a person for each lock that was taken away
 */
export function removeDeadLocks(
  backendUrl: string,
  stack: string,
  host: Host = { name: hostname(), life: lifeOfProcess },
): string[] {
  const root = directoryOf(backendUrl);
  if (root === undefined) return [];
  return locksIn(lockDirectory(root, stack)).flatMap((file) => {
    const lock = readLock(file);
    if (lock === undefined || lock.hostname !== host.name) return [];
    if (host.life(lock.pid, new Date(lock.timestamp)) !== "dead") return [];
    rmSync(file, { force: true });
    return [
      `stack ${stack}: took away the lock that process ${lock.pid} of this host (${lock.username}, since ${lock.timestamp}) left when it died; this run goes on from there`,
    ];
  });
}

/** A lock of a stack, and what is known of who holds it. */
export interface HeldLock extends StackLock {
  /** "elsewhere": a process of another host. */
  life: LifeOfProcess | "elsewhere";
}

/**
 * The locks of a stack, which are only looked at.
 * @param backendUrl as `PULUMI_BACKEND_URL`
 * @returns undefined for any backend that is no directory: what it holds is not seen from here
 * @throws Error when the directory cannot be read
 */
export function stackLocks(
  backendUrl: string,
  stack: string,
  host: Host = { name: hostname(), life: lifeOfProcess },
): HeldLock[] | undefined {
  const root = directoryOf(backendUrl);
  if (root === undefined) return undefined;
  return locksIn(lockDirectory(root, stack)).flatMap((file) => {
    const lock = readLock(file);
    if (lock === undefined) return [];
    const life = lock.hostname === host.name ? host.life(lock.pid, new Date(lock.timestamp)) : "elsewhere";
    return [{ ...lock, life }];
  });
}

function lockDirectory(root: string, stack: string): string {
  return join(root, ".pulumi", "locks", "organization", projectName, stack);
}

/** Directory of a file backend; nothing for any other, and for one that depends on where the engine runs. */
function directoryOf(backendUrl: string): string | undefined {
  if (!backendUrl.startsWith("file://")) return undefined;
  const path = decodeURIComponent(backendUrl.slice("file://".length).replace(/\?.*$/s, ""));
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : undefined;
}

function locksIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** A lock that cannot be read is nobody's to take away. */
function readLock(file: string): StackLock | undefined {
  try {
    const { pid, username, hostname: host, timestamp } = JSON.parse(readFileSync(file, "utf8")) as StackLock;
    const whole = Number.isInteger(pid) && pid > 0 && typeof host === "string";
    return whole && !Number.isNaN(Date.parse(timestamp))
      ? { pid, username, hostname: host, timestamp }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a person is told when a stack is locked, instead of the engine's own lines.
 * @param message of the engine
 * @param workDir settings of the stack, for the command
 * @returns undefined when the message is about something else
 */
export function lockedText(message: string, stack: string, workDir: string): string | undefined {
  if (!/the stack is currently locked by|Another update is currently in progress/.test(message))
    return undefined;
  const holders = [...message.matchAll(/created by (\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, who = "", pid = "", since = ""]) => `${who}, process ${pid}, since ${since}`,
  );
  const held = holders.length === 0 ? "by another run" : `by ${[...new Set(holders)].join("; ")}`;
  return `stack ${stack} is locked ${held}: nothing was touched. Wait until that run has ended, then run this again; if it has certainly ended without giving the stack free, run: eval "$(npm run --silent env)" && pulumi -C ${quoted(workDir)} cancel --yes ${stack}`;
}
