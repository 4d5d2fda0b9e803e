import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One mounted hierarchy of control groups. */
export interface Hierarchy {
  version: 1 | 2;
  /** Where it is mounted. */
  path: string;
}

/** Long enough for the kernel to bury thousands of processes. */
const EMPTY_TIMEOUT_MS = 30_000;

/** Hierarchies that a `mountinfo` file of /proc lists. */
export function parseHierarchies(mountinfo: string): Hierarchy[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [mount, rest] = line.split(" - ");
    const [path, type] = [mount?.split(" ")[4], rest?.split(" ")[0]];
    if (path === undefined || (type !== "cgroup" && type !== "cgroup2")) return [];
    return [{ version: type === "cgroup" ? 1 : 2, path }];
  });
}

/** Hierarchies of this host. */
export function hierarchies(): Hierarchy[] {
  return parseHierarchies(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** Whether controllers are in version 1 hierarchies here, as on hosts from before 2021. */
export function isCgroupV1(): boolean {
  return hierarchies().some(({ version }) => version === 1);
}

/**
 * Makes a control group in every hierarchy, and one beneath it for processes: with version 2, processes
 * and groups with limits cannot be side by side.
 * @returns directories that a process joins by its `cgroup.procs`
 */
export async function createCgroups(name: string): Promise<string[]> {
  return Promise.all(
    hierarchies().map(async ({ version, path }) => {
      const group = join(path, name);
      const leaf = join(group, "services");
      if (version === 2) await passControllersOn(path);
      await mkdir(leaf, { recursive: true });
      if (version === 2) await passControllersOn(group);
      else for (const directory of [group, leaf]) await inheritCpus(directory);
      return leaf;
    }),
  );
}

async function passControllersOn(group: string): Promise<void> {
  const words = async (file: string): Promise<string[]> =>
    (await readFile(join(group, file), "utf8")).split(/\s+/).filter(Boolean);
  const passed = await words("cgroup.subtree_control");
  const missing = (await words("cgroup.controllers")).filter((name) => !passed.includes(name));
  if (missing.length === 0) return;
  try {
    await writeFile(join(group, "cgroup.subtree_control"), missing.map((name) => `+${name}`).join(" "));
  } catch (error) {
    throw new Error(
      `the control group ${group} cannot pass ${missing.join(", ")} on (${(error as Error).message}): ` +
        "in a container, move its processes into a group of their own first, or run on the host itself",
    );
  }
}

/** A new group of version 1 has no processors, and takes no process before it has some. */
async function inheritCpus(group: string): Promise<void> {
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const path = join(group, file);
    if (!existsSync(path) || (await readFile(path, "utf8")).trim() !== "") continue;
    await writeFile(path, await readFile(join(group, "..", file), "utf8"));
  }
}

/** Pids of all processes in a control group and beneath it, in any hierarchy. */
export function cgroupProcesses(name: string): number[] {
  const pids = new Set<number>();
  for (const { path } of hierarchies()) {
    for (const group of groupsBeneath(join(path, name))) {
      for (const line of readOr(join(group, "cgroup.procs"), "").split("\n")) {
        // The kernel shows 0 for a process that this PID namespace does not hold.
        if (Number(line) > 0) pids.add(Number(line));
      }
    }
  }
  return [...pids].sort((a, b) => a - b);
}

/**
 * Kills every process in a control group, and removes it from every hierarchy.
 * Succeeds when it is gone.
 * @throws Error that names the processes that do not end
 */
export async function removeCgroups(name: string): Promise<void> {
  const deadline = Date.now() + EMPTY_TIMEOUT_MS;
  for (;;) {
    const pids = cgroupProcesses(name);
    for (const pid of pids) kill(pid);
    if (pids.length === 0 && (await removeGroups(name))) return;
    if (Date.now() > deadline) {
      throw new Error(
        `control group ${name} cannot be removed: killed processes do not end (${pids.join(", ") || "none is shown"}); look for a disk that hangs`,
      );
    }
    await sleep(20);
  }
}

async function removeGroups(name: string): Promise<boolean> {
  let gone = true;
  for (const { path } of hierarchies()) {
    for (const group of groupsBeneath(join(path, name)).reverse()) {
      await rmdir(group).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") gone = false;
      });
    }
  }
  return gone;
}

/** A group and all beneath it, parents first. */
function groupsBeneath(group: string): string[] {
  try {
    const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [group, ...inner.flatMap((entry) => groupsBeneath(join(group, entry.name)))];
  } catch {
    return [];
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

/** Kills a process; does nothing when it has ended. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
