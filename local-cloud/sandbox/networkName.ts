import { lstatSync, readlinkSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { networkNamespace } from "../objectStore/address";
import { hasOwnNetwork, livingFirstProcess, recordedPurpose } from "./record";

const NETWORKS_DIR = "/run/netns";

/** What stands under a sandbox's name where `ip netns` looks. */
export type NamedNetwork =
  | { kind: "nothing" }
  /** A link to the network of a process, or to one that has ended. */
  | { kind: "process"; pid: number; alive: boolean }
  | { kind: "other" };

function pathOf(name: string): string {
  return join(NETWORKS_DIR, networkNamespace(name));
}

/** Looks at a sandbox's name in /run/netns. */
export function namedNetwork(name: string): NamedNetwork {
  const stats = lstatSync(pathOf(name), { throwIfNoEntry: false });
  if (!stats) return { kind: "nothing" };
  const pid = stats.isSymbolicLink()
    ? Number(/^\/proc\/(\d+)\/ns\/net$/.exec(readlinkSync(pathOf(name)))?.[1] ?? 0)
    : 0;
  return pid === 0 ? { kind: "other" } : { kind: "process", pid, alive: hasOwnNetwork(pid) };
}

/** Why a sandbox cannot have its name, in one sentence; nothing when it can. */
export function nameProblem(
  name: string,
  purpose: string,
  found: { network: NamedNetwork; purpose: string | undefined; firstPid: number | undefined },
): string | undefined {
  const network = networkNamespace(name);
  if (found.purpose !== undefined && found.purpose !== purpose) {
    return `the name ${name} is taken by an embedded ${found.purpose}: give the ${purpose} another name`;
  }
  if (found.network.kind === "other") {
    return `a network namespace ${network} exists that is not of this project: remove it with "ip netns delete ${network}", or give the ${purpose} another name`;
  }
  if (found.network.kind === "process" && found.network.alive && found.network.pid !== found.firstPid) {
    return `the network namespace ${network} is in use by process ${found.network.pid}, which is not known in this state directory: end it where it was started (LSTM_PFD_STATE differs?), or give the ${purpose} another name`;
  }
  return undefined;
}

/**
 * Touches nothing.
 * @throws Error with one sentence when something else has the name of a sandbox
 */
export function checkName(name: string, purpose: string): void {
  const problem = nameProblem(name, purpose, {
    network: namedNetwork(name),
    purpose: recordedPurpose(name),
    firstPid: livingFirstProcess(name)?.pid,
  });
  if (problem !== undefined) throw new Error(problem);
}

/** Lets `ip netns` find the network of a process. A link holds nothing: the network ends with its processes. */
export async function nameNetwork(name: string, pid: number): Promise<void> {
  await mkdir(NETWORKS_DIR, { recursive: true });
  await unnameNetwork(name);
  await symlink(`/proc/${pid}/ns/net`, pathOf(name));
}

/** Removes a name that `nameNetwork` gave; leaves any other alone. */
export async function unnameNetwork(name: string): Promise<void> {
  if (namedNetwork(name).kind === "process") await rm(pathOf(name), { force: true });
}
