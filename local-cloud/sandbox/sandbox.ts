import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { networkNamespace } from "../objectStore/address";
import { run, type CommandResult, type RunOptions } from "../../lib/process";
import { hashOf } from "../../lib/recipe";
import { cgroupProcesses, createCgroups, kill, removeCgroups } from "./cgroups";
import { initScript } from "./initScript";
import { checkName, nameNetwork, unnameNetwork } from "./networkName";
import { sandboxDir, livingFirstProcess, readOrNothing, recordedPurpose } from "./record";
import { serviceScript, type Service } from "./service";

/**
 * A sandbox is a part of this host with its own network, processes, mounts and control group, in which
 * services run. It has no link to the host's network. Killing its first process kills all of it, and its network
 * and mounts go with the last process; /run is its own and empty at first, all other files are the host's.
 */
export interface SandboxSpec {
  /** Unique on the host, among sites and object stores together. */
  name: string;
  /** For messages: "site", "object store". */
  purpose: string;
  /** Shell commands for network and mounts, run inside before the services start; one that fails fails the start. */
  prepare: string;
  /** By name. All start at once; each starts again when it ends. */
  services: Readonly<Record<string, Service>>;
}

/** A sandbox that runs. */
export interface Sandbox {
  name: string;
  /** Pid of its first process on the host. */
  pid: number;
}

const READY_TIMEOUT_MS = 20_000;

/** The sandbox of a name, when it runs. */
export function findSandbox(name: string): Sandbox | undefined {
  const first = livingFirstProcess(name);
  return first && { name, pid: first.pid };
}

/**
 * Makes a sandbox run as described: starts it when it does not run, and anew when it runs otherwise.
 * Calls for one name must not overlap. A call that is killed leaves what the next call or `removeSandbox` clears.
 * @returns `started` tells whether it was started by this call
 * @throws Error when the name is taken, before anything is touched; Error with the reason when it does not start
 */
export async function ensureSandbox(spec: SandboxSpec): Promise<Sandbox & { started: boolean }> {
  checkName(spec.name, spec.purpose);
  const directory = sandboxDir(spec.name);
  const fingerprint = hashOf({ ...spec, initScript });
  const running = findSandbox(spec.name);
  if (running && readOrNothing(join(directory, "fingerprint")) === fingerprint) {
    await nameNetwork(spec.name, running.pid);
    return { ...running, started: false };
  }
  await stopSandbox(spec.name);
  await writeDescription(directory, spec);
  const groups = await createCgroups(networkNamespace(spec.name));
  await startFirstProcess(directory, groups);
  const started = findSandbox(spec.name);
  if (!started)
    throw new Error(`${spec.purpose} ${spec.name} ended right after its start; see ${directory}/logs`);
  await nameNetwork(spec.name, started.pid);
  await writeFile(join(directory, "fingerprint"), fingerprint);
  return { ...started, started: true };
}

async function writeDescription(directory: string, spec: SandboxSpec): Promise<void> {
  const services = join(directory, "services");
  await rm(services, { recursive: true, force: true });
  await rm(join(directory, "fingerprint"), { force: true });
  await mkdir(services, { recursive: true, mode: 0o700 });
  await mkdir(join(directory, "logs"), { recursive: true });
  await writeFile(join(directory, "purpose"), `${spec.purpose}\n`);
  await writeFile(join(directory, "init.sh"), initScript);
  await writeFile(join(directory, "prepare.sh"), spec.prepare);
  for (const [name, service] of Object.entries(spec.services)) {
    await writeFile(join(services, name), serviceScript(service));
  }
}

/** Returns when the services are about to start. */
function startFirstProcess(directory: string, groups: readonly string[]): Promise<void> {
  const unshare = ["--mount", "--propagation", "slave", "--pid", "--net", "--fork", "--"];
  const hostNetwork = openSync("/proc/self/ns/net", "r");
  const child = spawn("unshare", [...unshare, "sh", join(directory, "init.sh"), directory, ...groups], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", hostNetwork],
    // Not the caller's environment: it may hold secrets, and services would show it in /proc.
    env: { PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
  });
  closeSync(hostNetwork);
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => {
      settle(new Error(`took longer than ${READY_TIMEOUT_MS / 1000} s to start: ${printed.trim()}`));
    }, READY_TIMEOUT_MS);
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      // It only waits for the first process, which lives on without it.
      child.kill("SIGKILL");
      child.unref();
      if (error) reject(error);
      else resolve();
    };
    const read = (text: string): void => {
      printed += text;
      if (/^ready$/m.test(printed)) settle();
    };
    child.stdout?.setEncoding("utf8").on("data", read);
    child.stderr?.setEncoding("utf8").on("data", read);
    child.on("error", settle);
    child.on("close", () => {
      settle(new Error(`a sandbox could not be started: ${printed.trim()}`));
    });
  });
}

/**
 * Runs a command in the network, mounts and processes of a sandbox; otherwise as `run` does.
 * Paths are the same inside, except /run. The command ends with the sandbox.
 */
export function runInside(
  { pid }: Sandbox,
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<CommandResult> {
  const namespaces = ["--target", String(pid), "--mount", "--net", "--pid"];
  return run("nsenter", [...namespaces, "--", command, ...args], options);
}

/** Pids on the host of all that runs in a sandbox, its first process included. */
export function sandboxProcesses(name: string): number[] {
  return cgroupProcesses(networkNamespace(name));
}

/** Kills all that runs in a sandbox at once and waits for its end. Succeeds when nothing runs. */
export async function stopSandbox(name: string): Promise<void> {
  const first = livingFirstProcess(name);
  if (first) kill(first.pid);
  await removeCgroups(networkNamespace(name));
  await unnameNetwork(name);
}

/** Stops a sandbox and removes all that is known of it, except its data. Succeeds when it is gone. */
export async function removeSandbox(name: string): Promise<void> {
  // Without a record, a group and a network of this name are another state directory's.
  if (recordedPurpose(name) !== undefined) await stopSandbox(name);
  await rm(sandboxDir(name), { recursive: true, force: true });
}
