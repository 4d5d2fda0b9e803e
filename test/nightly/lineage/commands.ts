import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { DrillSite } from "../../../drill/setup";
import { waitFor } from "../../../lib/wait";
import { siteProcesses } from "@lstm-pfd/local-cloud/site";

/** Waits until a command in a pod has stopped itself. @returns its pid on the host */
export async function frozen(site: DrillSite, command: string): Promise<number> {
  return waitFor(`${command} to freeze`, "look at its log", { timeoutMs: 120_000, everyMs: 500 }, () =>
    Promise.resolve(siteProcesses(site.name).find((pid) => stateOf(pid, command) === "T")),
  );
}

/** Pid on the host of a command that runs in a pod. */
export function running(site: DrillSite, command: string): number {
  const pid = siteProcesses(site.name).find((one) => stateOf(one, command) !== undefined);
  assert.ok(pid, `${command} runs nowhere`);
  return pid;
}

/** As in /proc; undefined for a process that is no such command, or has ended meanwhile. */
function stateOf(pid: number, command: string): string | undefined {
  try {
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
    const [program = "", script = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return /(^|\/)node$/.test(program) && script.endsWith(`/${command}.js`) ? state : undefined;
  } catch {
    return undefined;
  }
}
